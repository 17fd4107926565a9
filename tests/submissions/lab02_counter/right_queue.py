# Each turnstile counts for itself and sends its number to main, which adds them up; and it prints more.

import time
from multiprocessing import Process, Queue


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(counts, visitors, walk_s):
    own = 0
    for _ in range(visitors):
        own += let_in(walk_s)
    print("debug:", own, flush=True)
    counts.put(own)


def main(turnstiles=3, visitors=20, walk_s=0.02):
    counts = Queue()
    processes = [
        Process(target=turnstile, name=f"turnstile-{n}", args=(counts, visitors, walk_s))
        for n in range(1, turnstiles + 1)
    ]
    for process in processes:
        process.start()
    count = sum(counts.get() for _ in processes)
    for process in processes:
        process.join()
    print(f"{count} of {turnstiles * visitors} visitors counted", flush=True)
    return count


if __name__ == "__main__":
    main()
