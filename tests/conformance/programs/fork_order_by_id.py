"""Two forked children take two locks in the order of their ids, which is one and the same in both."""

from multiprocessing import Lock, Process


def main():
    alice, bob = Lock(), Lock()

    def work(pair):
        first, second = sorted(pair, key=id)
        with first, second:
            pass

    children = [Process(target=work, args=(pair,)) for pair in [(alice, bob), (bob, alice)]]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [child.exitcode for child in children]
