# Two printers are taken as one step, without a walk; main prints a line of its own.

import time
from multiprocessing import BoundedSemaphore, Lock, Process, current_process


def take_two(printers, walk_s):
    printers.acquire()
    printers.acquire()


def give_back_two(printers):
    printers.release()
    printers.release()


def print_job(job, print_s):
    name = current_process().name
    print(f"{name} starts job {job}", flush=True)
    time.sleep(print_s)
    print(f"{name} ends job {job}", flush=True)


def clerk(counter, printers, jobs, walk_s, print_s):
    for job in range(1, jobs + 1):
        with counter:
            take_two(printers, walk_s)
        print_job(job, print_s)
        give_back_two(printers)


def main(clerk_count=4, printer_count=4, jobs=5, walk_s=0.2, print_s=0.1):
    printers = BoundedSemaphore(printer_count)
    counter = Lock()  # whoever takes printers takes both, before anybody else may take one
    clerks = [
        Process(target=clerk, args=(counter, printers, jobs, walk_s, print_s), name=f"clerk-{number}")
        for number in range(1, clerk_count + 1)
    ]
    print("debug: the office opens", flush=True)
    for process in clerks:
        process.start()
    for process in clerks:
        process.join()


if __name__ == "__main__":
    main()
