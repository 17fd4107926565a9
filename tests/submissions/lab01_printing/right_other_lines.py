# The tills also say what they do, outside and inside the lock; the printer needs no time to feed.

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


def serve(printer, till, items, scan_s, feed_s):
    if till == 1:
        print("debug: the first till scans", flush=True)
    receipt = scan(till, items, scan_s)
    with printer:
        print("debug: it has the printer", flush=True)
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
