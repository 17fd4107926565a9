import multiprocessing as mp


class Failed(Exception):
    pass


def attempt(n, flag):
    try:
        raise Failed(n)
    finally:
        n = None
        if flag.value:
            return


def wait(flag):
    number = 0
    while True:
        try:
            n, number = number, None
            try:
                raise Failed(n)
            finally:
                n = None

                ready = flag_is_set(flag)

                if ready:
                    return
        except Failed as failed:
            number = failed.args[0] + 1
        if number == 3:
            raise TimeoutError("gave up")


def flag_is_set(flag):
    return flag.value


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    v = mp.Value("i", 0)
    ps = [mp.Process(target=give, args=(v,)), mp.Process(target=wait, args=(v,))]
    for p in ps: p.start()
    for p in ps: p.join()
