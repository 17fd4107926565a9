import signal
from multiprocessing import Process, Value
def a(*x): pass
def b(*x): pass
def bump():
    h = signal.getsignal(signal.SIGINT)
    if h is b: return True
    signal.signal(signal.SIGINT, b if h is a else a)
    return False
def w(v):
    while not v.value:
        if bump(): return
if __name__ == "__main__":
    v = Value('i', 0)
    p = Process(target=w, args=(v,)); p.start(); p.join()
