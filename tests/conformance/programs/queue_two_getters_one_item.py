"""Two want the only item: one of them waits for ever."""

from multiprocessing import Process, Queue, Value


def work(queue, winner, who):
    queue.get()
    winner.value = who


def main():
    queue, winner = Queue(), Value("i", 0)
    children = [Process(target=work, args=(queue, winner, who), daemon=True) for who in (1, 2)]
    for child in children:
        child.start()
    queue.put("item")
    for child in children:
        child.join(0.1)
    return [winner.value, [child.exitcode for child in children]]
