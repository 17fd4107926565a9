"""Lab 1: three tills, one receipt printer.

A small shop has three tills and one printer that they all share: your terminal. Each till is a process. It scans what
its customer has bought, and then it prints the receipt, line by line.

How to run it: python labs/lab01_printing.py
What goes wrong: receipts come out torn, with lines of one till between the lines of another.

Your task: every receipt comes out in one piece. Which till comes first does not matter.

Rules
- `main(tills, items, scan_s, feed_s)` keeps its name and its arguments.
- Every line of a receipt keeps its text. You may print other lines as well: the checker does not look at them.
- Each till is a process of its own and prints its own receipt.
- The tills scan at the same time: `time.sleep(scan_s)` stays, for each item, and makes no other till wait. The printer
  may feed as you like: `time.sleep(feed_s)` may move, or go.
- It is right whatever the timing, and under every start method.
- Of multiprocessing the checker can follow, so far: Process, Lock, RLock, Semaphore, BoundedSemaphore, Value, Array,
  RawValue, RawArray, Queue, JoinableQueue, SimpleQueue.

Words that you will meet in the report
- An interleaving is one way in which the steps of several processes can follow each other; a schedule says which
  process takes the next step. The checker tries schedules until no interleaving is left that makes a difference.
- `time.sleep` stands for work that takes a while. The checker does not wait for it: it counts the seconds in virtual
  time, and anything may happen meanwhile.

Check: python -m checker lab1 (in the folder above)
"""

import time
from multiprocessing import Lock, Process


def scan(till, items, scan_s):
    receipt = []
    for item in range(1, items + 1):
        time.sleep(scan_s)
        receipt.append(f"till {till}: item {item}")
    return [*receipt, f"till {till}: thank you"]


def print_receipt(receipt, feed_s):
    for line in receipt:
        print(line, flush=True)
        time.sleep(feed_s)  # the printer feeds the paper


def serve(printer, till, items, scan_s, feed_s):
    receipt = scan(till, items, scan_s)
    with printer:  # round the whole receipt, but not round the scanning: only the printer is shared
        print_receipt(receipt, feed_s)


def main(tills=3, items=3, scan_s=0.1, feed_s=0.1):
    printer = Lock()  # one lock for all tills: made here, passed to each
    processes = [
        Process(target=serve, name=f"till-{till}", args=(printer, till, items, scan_s, feed_s))
        for till in range(1, tills + 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main()
