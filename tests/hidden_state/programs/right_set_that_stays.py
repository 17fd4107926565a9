from multiprocessing import Process, Value

OPEN = {"yes", "maybe"}
CODES = ("no", "maybe", "yes")


def wait(flag, seen):
    while True:
        code = flag.value
        if CODES[code] in OPEN:
            break
    seen.value = 1


if __name__ == "__main__":
    flag, seen = Value("i", 0), Value("i", 0)
    child = Process(target=wait, args=(flag, seen))
    child.start()
    flag.value = 2
    child.join()
    assert seen.value == 1
