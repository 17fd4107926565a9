"""Each raises its own flag and reads the other's: at least one sees the other."""

from multiprocessing import Array, Process, RawValue


def work(mine, other, seen, who):
    mine.value = 1
    seen[who] = other.value


def main():
    first, second, seen = RawValue("i", 0), RawValue("i", 0), Array("i", 2)
    children = [
        Process(target=work, args=(first, second, seen, 0)),
        Process(target=work, args=(second, first, seen, 1)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return list(seen)
