# Workers claim a job in a shared count first, and take one from the queue only then.

import time
from multiprocessing import Process, Queue, Value, current_process


def print_job(job, print_s):
    time.sleep(print_s)
    print(f"{current_process().name} printed {job}", flush=True)


def claim(left):
    with left.get_lock():
        left.value -= 1
        return left.value >= 0


def work(jobs, left, walk_s, print_s):
    time.sleep(walk_s)  # from the door to the desk
    while claim(left):
        time.sleep(walk_s)  # from the desk to the tray
        job = jobs.get()
        print_job(job, print_s)


def main(worker_count=3, job_count=7, walk_s=0.1, print_s=0.2):
    jobs = Queue()
    left = Value("i", job_count)
    for number in range(1, job_count + 1):
        jobs.put(f"job-{number}")
    workers = [
        Process(target=work, args=(jobs, left, walk_s, print_s), name=f"worker-{number}")
        for number in range(1, worker_count + 1)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()


if __name__ == "__main__":
    main()
