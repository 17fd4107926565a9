import multiprocessing as mp


def fine(seen):
    return bool(seen)


def strict(seen):
    assert seen, "looked too early"
    return True


handler = fine


def look(flag):
    global handler
    handler = strict
    return flag.value


def wait(flag):
    while not handler(look(flag)):
        pass


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    flag = mp.Value("i", 0)
    ps = [mp.Process(target=wait, args=(flag,)), mp.Process(target=give, args=(flag,))]
    for p in ps: p.start()
    for p in ps: p.join()
