"""join with a timeout says nothing; is_alive and exitcode afterwards tell."""

from multiprocessing import Process, Value


def work(flag):
    flag.value = 1


def main():
    flag = Value("i", 0)
    child = Process(target=work, args=(flag,))
    child.start()
    answer = child.join(0.02)
    seen = [answer, child.exitcode, flag.value]
    child.join()
    return [*seen, child.exitcode, child.is_alive()]
