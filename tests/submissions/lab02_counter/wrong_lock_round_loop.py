# The lock is held for the whole day: the other turnstiles wait until it is over.
# expect: too_serial

import time
from multiprocessing import Lock, Process, Value


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(count, guard, visitors, walk_s):
    with guard:
        for _ in range(visitors):
            count.value += let_in(walk_s)


def main(turnstiles=3, visitors=20, walk_s=0.02):
    count = Value("i", 0)
    guard = Lock()
    processes = [
        Process(target=turnstile, name=f"turnstile-{n}", args=(count, guard, visitors, walk_s))
        for n in range(1, turnstiles + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{count.value} of {turnstiles * visitors} visitors counted", flush=True)
    return count.value


if __name__ == "__main__":
    main()
