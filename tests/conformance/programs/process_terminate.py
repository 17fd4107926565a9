"""terminate may come before, between, or after the child's deeds."""

from multiprocessing import Array, Process


def work(log):
    log[0] = 1
    log[1] = 1


def main():
    log = Array("i", 2)
    child = Process(target=work, args=(log,))
    child.start()
    child.terminate()
    child.join()
    if not log.get_lock().acquire(timeout=0.05):
        return [child.exitcode, "terminated while it held the lock"]
    return [child.exitcode, log[:]]
