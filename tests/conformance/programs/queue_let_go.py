"""A queue that its maker lets go of as soon as the process that puts into it has begun; nobody waits for that."""

from multiprocessing import Process, Queue, Value


def work(queue, count):
    queue.put(1)
    count.value += 1


def start(count):
    process = Process(target=work, args=(Queue(), count))
    process.start()
    return process


def main():
    count = Value("i", 0)
    process = start(count)
    process.join()
    return [process.exitcode, count.value]
