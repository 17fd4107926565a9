"""Lab 6: many workers, one queue.

Print jobs wait in one queue. The workers share it: whoever is free takes the next job and prints it. When there are no
more jobs, the workers go home.

How to run it: python labs/lab06_queue.py
What goes wrong: all seven jobs come out, and then it never ends. Press Ctrl-C to get out; a long traceback is normal
then.

Your task: every job is printed exactly once, and the program always ends.

Rules
- `main(worker_count, job_count, walk_s, print_s)` keeps its name and its arguments. It works for any number of workers
  and jobs; there may be fewer jobs than workers.
- Each worker is a process of its own, named "worker-1" and so on. It gets each of its jobs from a queue. (The checker
  cannot see whether it is the same queue for all.)
- Every line about a job keeps its text. You may print other lines as well: the checker does not look at them.
- Jobs are printed at the same time: `time.sleep(print_s)` stays, once for each job, and makes no other worker wait. How
  the workers walk is up to you: `time.sleep(walk_s)` may move, or go.
- It is right whatever the timing, and under every start method.

Check: python -m checker lab6 (in the folder above)
"""

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
    for _ in range(worker_count):  # one for each worker, behind all jobs
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
