# Main deals the jobs out when it starts the workers: there is no queue.
# expect: wrong_result

import time
from multiprocessing import Process, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def work(jobs, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    for job in jobs:
        time.sleep(walk_s)  # from the desk to the tray
        print_job(job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = [f"job-{number}" for number in range(1, job_count + 1)]
    workers = [
        Process(target=work, args=(jobs[number - 1 :: worker_count], walk_s, print_s), name=f"worker-{number}")
        for number in range(1, worker_count + 1)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()


if __name__ == "__main__":
    main()
