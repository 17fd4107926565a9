# Main reads as many results as there are jobs, the workers are daemons.

import time
from multiprocessing import Process, Queue, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def work(jobs, results, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    while True:
        time.sleep(walk_s)  # from the desk to the tray
        job = jobs.get()
        print_job(job, print_s)
        results.put(job)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = Queue()
    results = Queue()
    for number in range(1, job_count + 1):
        jobs.put(f"job-{number}")
    workers = [
        Process(target=work, args=(jobs, results, walk_s, print_s), name=f"worker-{number}", daemon=True)
        for number in range(1, worker_count + 1)
    ]
    for process in workers:
        process.start()
    for _ in range(job_count):
        results.get()


if __name__ == "__main__":
    main()
