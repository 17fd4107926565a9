import multiprocessing as mp
import time

DONE, FAILED = 1, 2


def wait(state):
    while state.value != DONE and state.value != FAILED:
        time.sleep(0.1)
    print("seen")


def work(state):
    state.value = DONE


if __name__ == "__main__":
    state = mp.Value("i", 0)
    p = mp.Process(target=work, args=(state,))
    p.start()
    wait(state)
    p.join()
