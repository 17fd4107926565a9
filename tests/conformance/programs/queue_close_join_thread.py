"""close and join_thread: then all is in the pipe."""

from multiprocessing import Process, Queue, Value


def work(queue, ready):
    queue.put("item")
    queue.close()
    queue.join_thread()
    ready.value = 1


def main():
    queue, ready = Queue(), Value("i", 0)
    child = Process(target=work, args=(queue, ready))
    child.start()
    was_ready = ready.value
    empty = queue.empty()
    child.join()
    return ["impossible" if was_ready and empty else "possible", queue.get()]
