# A global variable: each process has one of its own, and main's is never touched.
# expect: wrong_result

import time
from multiprocessing import Process

count = 0


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(visitors, walk_s):
    global count
    for _ in range(visitors):
        count += let_in(walk_s)


def main(turnstiles=3, visitors=20, walk_s=0.02):
    processes = [
        Process(target=turnstile, name=f"turnstile-{n}", args=(visitors, walk_s))
        for n in range(1, turnstiles + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{count} of {turnstiles * visitors} visitors counted", flush=True)
    return count


if __name__ == "__main__":
    main()
