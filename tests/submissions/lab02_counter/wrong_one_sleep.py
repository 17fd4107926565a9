# Counted under the lock, but a turnstile sleeps once and not for each visitor.
# expect: wrong_result

import time
from multiprocessing import Process, Value


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(count, visitors, walk_s):
    one = let_in(walk_s)
    for _ in range(visitors):
        with count.get_lock():  # += is a read and then a write: nobody may come between the two
            count.value += one


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
    return count.value


if __name__ == "__main__":
    main()
