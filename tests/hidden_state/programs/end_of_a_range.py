import multiprocessing as mp
N = 1


def put(n):
    global N
    N = n


def wait(x):
    while True:
        for i in range(N):
            if i == 0:
                put(0)
                if x.value:
                    return
        if i >= 2:
            raise TimeoutError("gave up")
        put(i + 2)


def give(x):
    x.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    x = mp.RawValue("i", 0)
    ps = [mp.Process(target=wait, args=(x,)), mp.Process(target=give, args=(x,))]
    for p in ps: p.start()
    for p in ps: p.join()
