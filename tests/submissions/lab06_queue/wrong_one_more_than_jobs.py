# One sentinel more than there are jobs: enough only where there are not many more workers.
# expect: hang

import time
from multiprocessing import Process, Queue, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def work(jobs, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    while True:  # an empty queue does not say that no more comes, or that the next job is mine
        time.sleep(walk_s)  # from the desk to the tray
        job = jobs.get()
        if job is None:  # the end is a message like any other: exactly one takes it
            break
        print_job(job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = Queue()
    for number in range(1, job_count + 1):
        jobs.put(f"job-{number}")
    for _ in range(job_count + 1):
        jobs.put(None)
    workers = [
        Process(target=work, args=(jobs, walk_s, print_s), name=f"worker-{number}")
        for number in range(1, worker_count + 1)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()


if __name__ == "__main__":
    main()
