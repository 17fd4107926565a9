# The race is left in; main prints what was counted and returns what should have been.
# expect: wrong_result

import time
from multiprocessing import Process, Value


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(count, visitors, walk_s):
    for _ in range(visitors):
        count.value += let_in(walk_s)


def main(turnstiles=3, visitors=20, walk_s=0.02):
    count = Value("i", 0)
    processes = [
        Process(target=turnstile, name=f"turnstile-{n}", args=(count, visitors, walk_s))
        for n in range(1, turnstiles + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{count.value} of {turnstiles * visitors} visitors counted", flush=True)
    return turnstiles * visitors


if __name__ == "__main__":
    main()
