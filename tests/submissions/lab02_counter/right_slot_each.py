# Each turnstile has a slot of its own in an Array; main adds them up when all have ended.

import time
from multiprocessing import Array, Process


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(counts, n, visitors, walk_s):
    for _ in range(visitors):
        counts[n] += let_in(walk_s)


def main(turnstiles=3, visitors=20, walk_s=0.02):
    counts = Array("i", turnstiles)
    processes = [
        Process(target=turnstile, name=f"turnstile-{n}", args=(counts, n - 1, visitors, walk_s))
        for n in range(1, turnstiles + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{sum(counts[:])} of {turnstiles * visitors} visitors counted", flush=True)
    return sum(counts[:])


if __name__ == "__main__":
    main()
