"""Lab 2: three turnstiles, one counter.

A museum has three turnstiles. Each one is a process: it lets one visitor in after the other, and counts them. All of
them count with one number in shared memory.

How to run it: python labs/lab02_counter.py
What goes wrong: far fewer visitors are counted than have come in.

Your task: every visitor is counted.

Rules
- `main(turnstiles, visitors, walk_s)` keeps its name and its arguments, and returns how many visitors were counted.
  `visitors` is how many come to each turnstile.
- Each turnstile is a process of its own, and counts its own visitors. Only the turnstiles count: main reads what they
  have counted, or receives it, and writes nothing into shared memory.
- The line "… visitors counted" keeps its text. You may print other lines as well: the checker does not look at them.
- People walk through different turnstiles at the same time: `time.sleep(walk_s)` stays, once for each visitor, and
  makes no other turnstile wait.
- It is right whatever the timing, and under every start method.

Check: python -m checker lab2 (in the folder above)
"""

import time
from multiprocessing import Process, Value


def let_in(walk_s):
    time.sleep(walk_s)  # the visitor walks through
    return 1


def turnstile(count, visitors, walk_s):
    for _ in range(visitors):
        one = let_in(walk_s)  # before the lock is taken: nobody has to wait while a visitor walks
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
