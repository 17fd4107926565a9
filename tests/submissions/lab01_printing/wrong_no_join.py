# The lock is right, but nobody waits: main ends, and its lock is gone before the tills have it.
# expect: exception

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
    printer.acquire()
    try:
        print_receipt(receipt, feed_s)
    finally:
        printer.release()


def main(tills=3, items=3, scan_s=0.1, feed_s=0.1):
    printer = Lock()
    processes = [
        Process(target=serve, name=f"till-{till}", args=(printer, till, items, scan_s, feed_s))
        for till in range(1, tills + 1)
    ]
    for process in processes:
        process.start()


if __name__ == "__main__":
    main()
