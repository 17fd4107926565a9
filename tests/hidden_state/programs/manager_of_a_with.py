import multiprocessing as mp


class Attempt:
    def __init__(self, number):
        self.number = number

    def __enter__(self):
        return None

    def __exit__(self, *_):
        global number
        number = self.number + 1
        if number == 3:
            raise TimeoutError("gave up")


number = 0


def wait(flag):
    global number
    while True:
        with Attempt(number):
            number = 0
            if flag.value:
                return


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    v = mp.Value("i", 0)
    ps = [mp.Process(target=give, args=(v,)), mp.Process(target=wait, args=(v,))]
    for p in ps: p.start()
    for p in ps: p.join()
