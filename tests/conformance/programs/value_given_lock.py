"""Two Values share one given lock; whoever holds it keeps the other from both."""

from multiprocessing import Process, RLock, Value


def move(source, goal):
    with source.get_lock():
        source.value -= 1
        goal.value += 1


def look(source, goal, seen):
    with goal.get_lock():
        seen.value = source.value + goal.value


def main():
    lock = RLock()
    source, goal, seen = Value("i", 5, lock=lock), Value("i", 0, lock=lock), Value("i", -1)
    children = [Process(target=move, args=(source, goal)), Process(target=look, args=(source, goal, seen))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [source.value, goal.value, seen.value]
