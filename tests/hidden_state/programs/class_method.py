import multiprocessing as mp


class Tries:
    count = 0

    @classmethod
    def another(cls):
        cls.count += 1
        if cls.count == 3:
            raise TimeoutError("gave up")


def wait(flag):
    while not flag.value:
        Tries.another()


def work(v):
    v.value = 1


if __name__ == "__main__":
    v = mp.Value("i", 0)
    ps = [mp.Process(target=work, args=(v,)), mp.Process(target=wait, args=(v,))]
    for p in ps: p.start()
    for p in ps: p.join()
