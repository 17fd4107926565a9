import time
from multiprocessing import Process, Value


def work(stop):
    begin = time.process_time()
    while not stop.value:
        if time.process_time() - begin > 0.000_002:
            raise TimeoutError("no time left")


if __name__ == "__main__":
    stop = Value("i", 0)
    child = Process(target=work, args=(stop,))
    child.start()
    stop.value = 1
    child.join()
