# Test and get under a lock: but what was put is not in the pipe at once, and jobs are lost.
# expect: wrong_result

import time
from multiprocessing import Lock, Process, Queue, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def work(jobs, tray, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    while True:
        with tray:
            if jobs.empty():
                break
            time.sleep(walk_s)  # from the desk to the tray
            job = jobs.get()
        print_job(job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = Queue()
    tray = Lock()
    for number in range(1, job_count + 1):
        jobs.put(f"job-{number}")
    workers = [
        Process(target=work, args=(jobs, tray, walk_s, print_s), name=f"worker-{number}")
        for number in range(1, worker_count + 1)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()


if __name__ == "__main__":
    main()
