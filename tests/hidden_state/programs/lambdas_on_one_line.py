import time
from collections import deque
from multiprocessing import Process, Value


def work(stop, got):
    moves = deque([lambda: "left", lambda: "right", lambda: "up", lambda: "fire"])
    while not stop.value:
        if moves[0]() == "fire":
            got.value = 1
        moves.rotate(-1)


if __name__ == "__main__":
    stop, got = Value("i", 0), Value("i", 0)
    worker = Process(target=work, args=(stop, got))
    worker.start()
    time.sleep(0.2)
    stop.value = 1
    worker.join()
    assert got.value == 0
