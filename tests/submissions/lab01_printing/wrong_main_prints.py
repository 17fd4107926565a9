# The receipts are torn no more, but main prints them all: the tills do not print.
# expect: missing_process

import time
from multiprocessing import Process, Queue


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


def serve(receipts, till, items, scan_s):
    receipts.put(scan(till, items, scan_s))


def main(tills=3, items=3, scan_s=0.1, feed_s=0.1):
    receipts = Queue()
    processes = [
        Process(target=serve, name=f"till-{till}", args=(receipts, till, items, scan_s)) for till in range(1, tills + 1)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        print_receipt(receipts.get(), feed_s)
    for process in processes:
        process.join()


if __name__ == "__main__":
    main()
