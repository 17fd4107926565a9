# The turnstiles count with a semaphore that nobody takes: each release is one visitor.

import time
from multiprocessing import Process, Semaphore


def turnstile(s, visitors, walk_s):
    for _ in range(visitors):
        time.sleep(walk_s)
        s.release()


def main(turnstiles=3, visitors=20, walk_s=0.02):
    s = Semaphore(0)
    ps = [Process(target=turnstile, args=(s, visitors, walk_s)) for _ in range(turnstiles)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(f"{s.get_value()} of {turnstiles * visitors} visitors counted", flush=True)
    return s.get_value()


if __name__ == "__main__":
    main()
