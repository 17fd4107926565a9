# The reflex against a program that never ends: main does not wait any longer, and the rest is as it was.
# expect: exception

import time
from multiprocessing import Array, Lock, Process, Value

ALICE, BOB, CAROL, DAVE = range(4)
JOBS = [[ALICE, BOB, 30], [BOB, ALICE, 20]]


def transfer(locks, balances, job, count_s):
    source, target, amount = job
    with locks[source]:
        time.sleep(count_s)
        with locks[target]:
            balances[source] -= amount
            balances[target] += amount


def teller(locks, balances, job, rounds, count_s):
    for _ in range(rounds):
        transfer(locks, balances, job, count_s)


def auditor(locks, balances, audit, count_s):
    for lock in locks:
        lock.acquire()
    audit.value = sum(balances[:])
    for lock in locks:
        lock.release()
    time.sleep(count_s)


def main(jobs=JOBS, rounds=1, count_s=0.5):
    alice = Lock()
    bob = Lock()
    carol = Lock()
    dave = Lock()
    locks = [alice, bob, carol, dave]
    balances = Array("i", [100, 100, 100, 100], lock=False)
    audit = Value("i", 0, lock=False)
    processes = [
        Process(target=teller, name=f"teller-{n}", args=(locks, balances, job, rounds, count_s))
        for n, job in enumerate(jobs, start=1)
    ]
    processes.append(Process(target=auditor, name="auditor", args=(locks, balances, audit, count_s)))
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=10)
    print(f"balances {balances[:]}, the audit found {audit.value}", flush=True)
    return {"balances": balances[:], "audit": audit.value}


if __name__ == "__main__":
    main()
