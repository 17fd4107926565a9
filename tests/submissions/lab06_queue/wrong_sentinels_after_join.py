# The sentinels are put only when the workers have ended, and these wait for them.
# expect: deadlock

import time
from multiprocessing import Process, Queue, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def work(jobs, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    while True:
        job = jobs.get()
        if job is None:
            break
        print_job(job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = Queue()
    for number in range(1, job_count + 1):
        jobs.put(f"job-{number}")
    workers = [
        Process(target=work, args=(jobs, walk_s, print_s), name=f"worker-{number}")
        for number in range(1, worker_count + 1)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()
    for _ in workers:
        jobs.put(None)


if __name__ == "__main__":
    main()
