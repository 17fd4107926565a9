import multiprocessing as mp
import time


def take(lock):
    while True:
        if lock.acquire(block=False):
            lock.release()
            return
        if lock.acquire(timeout=0.5):
            lock.release()
            pass
        time.sleep(0.1)


def hold(lock):
    with lock:
        time.sleep(1)


if __name__ == "__main__":
    lock = mp.Lock()
    ps = [mp.Process(target=take, args=(lock,)), mp.Process(target=hold, args=(lock,))]
    for p in ps: p.start()
    for p in ps: p.join()
