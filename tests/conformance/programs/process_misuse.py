"""What a Process refuses."""

from multiprocessing import Process


def work():
    pass


def attempt(call):
    try:
        return call()
    except (AssertionError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def main():
    child = Process(target=work)
    early = [attempt(child.join), attempt(child.is_alive), child.exitcode, child.pid]
    child.start()
    twice = attempt(child.start)
    child.join()
    child.close()
    return [early, twice, attempt(child.is_alive)]
