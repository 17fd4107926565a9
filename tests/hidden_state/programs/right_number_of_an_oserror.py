from multiprocessing import Process, Value
def w(stop, got):
    e = OSError(1, "a")
    while not stop.value:
        e.errno += 1
        if e.errno > 5: return
if __name__ == "__main__":
    stop, got = Value('i', 0), Value('i', 0)
    p = Process(target=w, args=(stop, got)); p.start(); p.join()
