# Counted right, but the line at the end is another one than the lab asks for.
# expect: wrong_result

import time
from multiprocessing import Lock, Process, Value


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(count, guard, visitors, walk_s):
    for _ in range(visitors):
        one = let_in(walk_s)
        with guard:
            count.value += one


def main(turnstiles=3, visitors=20, walk_s=0.02):
    count = Value("i", 0, lock=False)
    guard = Lock()
    processes = [
        Process(target=turnstile, name=f"turnstile-{n}", args=(count, guard, visitors, walk_s))
        for n in range(1, turnstiles + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{count.value} of {turnstiles * visitors} visitors", flush=True)
    return count.value


if __name__ == "__main__":
    main()
