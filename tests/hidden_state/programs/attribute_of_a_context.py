import multiprocessing as mp

ctx = mp.get_context("spawn")
ctx.tries = 0


def wait(flag):
    while not flag.value:
        ctx.tries += 1
        if ctx.tries == 3:
            raise TimeoutError("gave up")


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    v = ctx.Value("i", 0)
    ps = [ctx.Process(target=give, args=(v,)), ctx.Process(target=wait, args=(v,))]
    for p in ps: p.start()
    for p in ps: p.join()
