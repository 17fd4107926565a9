# The printers are lent in pairs: nobody ever has only one.

import time
from multiprocessing import BoundedSemaphore, Process, current_process


def take_two(pairs, walk_s):
    time.sleep(walk_s)  # load the letter paper, then walk on with the envelopes
    pairs.acquire()


def give_back_two(pairs):
    pairs.release()


def print_job(job, print_s):
    name = current_process().name
    print(f"{name} starts job {job}", flush=True)
    time.sleep(print_s)
    print(f"{name} ends job {job}", flush=True)


def clerk(pairs, jobs, walk_s, print_s):
    for job in range(1, jobs + 1):
        take_two(pairs, walk_s)
        print_job(job, print_s)
        give_back_two(pairs)


def main(clerk_count=4, printer_count=4, jobs=5, walk_s=0.2, print_s=0.1):
    pairs = BoundedSemaphore(printer_count // 2)
    clerks = [
        Process(target=clerk, args=(pairs, jobs, walk_s, print_s), name=f"clerk-{number}")
        for number in range(1, clerk_count + 1)
    ]
    for process in clerks:
        process.start()
    for process in clerks:
        process.join()


if __name__ == "__main__":
    main()
