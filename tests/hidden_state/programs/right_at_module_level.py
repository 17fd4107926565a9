import multiprocessing as mp
import time


def work(v):
    v.value = 1


if __name__ == "__main__":
    v = mp.Value("i", 0)
    p = mp.Process(target=work, args=(v,))
    p.start()
    while not v.value:
        time.sleep(0.1)
    p.join()
