"""Two workers, two sentinels, one producer; each result with its worker."""

from multiprocessing import Process, Queue


def work(jobs, results):
    for job in iter(jobs.get, None):
        results.put(job * 2)
    results.put("end")


def main():
    jobs, results = Queue(), Queue()
    children = [Process(target=work, args=(jobs, results)) for _ in range(2)]
    for child in children:
        child.start()
    for job in (1, 2):
        jobs.put(job)
    for _ in children:
        jobs.put(None)
    seen, ends = [], 0
    while ends < 2:
        item = results.get()
        if item == "end":
            ends += 1
        else:
            seen.append(item)
    for child in children:
        child.join()
    return seen
