# Half as many jobs as printers, rounded up: with three printers two jobs run, on four.
# expect: wrong_result

import time
from multiprocessing import BoundedSemaphore, Process, current_process


def take_two(printers, walk_s):
    printers.acquire()
    time.sleep(walk_s)  # load the letter paper, then walk on with the envelopes


def give_back_two(printers):
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
    printers = BoundedSemaphore((printer_count + 1) // 2)
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
