import multiprocessing as mp
import time


def work(q):
    q.put(1)


if __name__ == "__main__":
    q = mp.Queue()
    p = mp.Process(target=work, args=(q,))
    p.start()
    while p.is_alive():
        time.sleep(0.1)
    q.get()
    p.join()
