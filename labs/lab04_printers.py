"""Lab 4: clerks, and jobs that need two printers.

An office has four identical printers, and its four clerks share them. Every job needs two printers at the same time:
one prints the letters, the other the envelopes.

How to run it: python labs/lab04_printers.py
What goes wrong: after a few jobs, or before the first, nobody prints any more and it never ends. Press Ctrl-C to get
out; a long traceback is normal then.

Your task: every clerk gets every job done, and the program always ends.

Rules
- `main(clerk_count, printer_count, jobs, walk_s, print_s)` keeps its name and its arguments. It works for any number of
  clerks, of printers from two on, and of jobs for each clerk; there may be more clerks than printers.
- Each clerk is a process of its own and prints the lines of its own jobs. They keep their text. You may print other
  lines as well: the checker does not look at them.
- The office buys no printers: from its start line to its end line a job has two of them to itself.
- With four printers, two jobs are printed at the same time. `time.sleep(print_s)` stays, for each job; how the clerks
  walk is up to you: `time.sleep(walk_s)` may move, or go.
- It is right whatever the timing, and under every start method. "Tries again until it works" is not enough: nothing
  says that it ever does.

Check: python -m checker lab4 (in the folder above)
"""

import time
from multiprocessing import BoundedSemaphore, Process, current_process


def take_two(printers, walk_s):
    printers.acquire()
    time.sleep(walk_s)  # load the letter paper, then walk on with the envelopes
    printers.acquire()


def give_back_two(printers):
    printers.release()
    printers.release()


def print_job(job, print_s):
    name = current_process().name
    print(f"{name} starts job {job}", flush=True)
    time.sleep(print_s)
    print(f"{name} ends job {job}", flush=True)


def clerk(printers, jobs, walk_s, print_s):
    for job in range(1, jobs + 1):
        take_two(printers, walk_s)
        print_job(job, print_s)
        give_back_two(printers)


def main(clerk_count=4, printer_count=4, jobs=5, walk_s=0.2, print_s=0.1):
    printers = BoundedSemaphore(printer_count)
    clerks = [
        Process(target=clerk, args=(printers, jobs, walk_s, print_s), name=f"clerk-{number}")
        for number in range(1, clerk_count + 1)
    ]
    for process in clerks:
        process.start()
    for process in clerks:
        process.join()


if __name__ == "__main__":
    main()
