# Debug prints that hold the text of receipts: lines of their own, which nobody looks at.

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
        print("now:", line, flush=True)
        print(line, flush=True)
        time.sleep(feed_s)
    print("printed", receipt, flush=True)


def serve(printer, till, items, scan_s, feed_s):
    receipt = scan(till, items, scan_s)
    with printer:
        print_receipt(receipt, feed_s)


def main(tills=3, items=3, scan_s=0.1, feed_s=0.1):
    printer = Lock()
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
