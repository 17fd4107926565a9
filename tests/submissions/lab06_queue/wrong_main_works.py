# Main prints all jobs by itself.
# expect: missing_process

import time
from multiprocessing import Queue


def print_job(name, job, print_s):
    time.sleep(print_s)
    print(f"{name} printed {job}", flush=True)


def work(name, jobs, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    while True:
        time.sleep(walk_s)  # from the desk to the tray
        job = jobs.get()
        if job is None:
            break
        print_job(name, job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = Queue()
    for number in range(1, job_count + 1):
        jobs.put(f"job-{number}")
    jobs.put(None)
    work("worker-1", jobs, walk_s, print_s)


if __name__ == "__main__":
    main()
