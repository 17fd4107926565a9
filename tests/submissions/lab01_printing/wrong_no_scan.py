# The lock is right, but the tills do not take the time to scan.
# expect: wrong_result

import time
from multiprocessing import Lock, Process


def scan(till, items, scan_s):
    receipt = []
    for item in range(1, items + 1):
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
