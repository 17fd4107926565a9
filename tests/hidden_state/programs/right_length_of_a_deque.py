from collections import deque
from multiprocessing import Process, Value
def w(stop, got):
    d = deque([0], maxlen=3)
    while not stop.value:
        d = deque(d, maxlen=d.maxlen - 1)
        if not d: return
if __name__ == "__main__":
    stop, got = Value('i', 0), Value('i', 0)
    p = Process(target=w, args=(stop, got)); p.start(); p.join()
