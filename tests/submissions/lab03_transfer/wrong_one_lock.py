# One lock for the whole bank: tellers with different accounts wait for each other.
# expect: too_serial

import time
from multiprocessing import Array, Lock, Process, Value

ALICE, BOB, CAROL, DAVE = range(4)  # the account numbers
JOBS = [[ALICE, BOB, 30], [BOB, ALICE, 20]]


def transfer(bank, balances, job, count_s):
    source, target, amount = job
    with bank:
        time.sleep(count_s)  # the teller counts the money
        balances[source] -= amount
        balances[target] += amount


def teller(bank, balances, job, rounds, count_s):
    for _ in range(rounds):
        transfer(bank, balances, job, count_s)


def auditor(bank, balances, audit, count_s):
    with bank:
        audit.value = sum(balances[:])
    time.sleep(count_s)  # the auditor writes the report


def main(jobs=JOBS, rounds=1, count_s=0.5):
    bank = Lock()
    balances = Array("i", [100, 100, 100, 100], lock=False)
    audit = Value("i", 0, lock=False)
    processes = [
        Process(target=teller, name=f"teller-{n}", args=(bank, balances, job, rounds, count_s))
        for n, job in enumerate(jobs, start=1)
    ]
    processes.append(Process(target=auditor, name="auditor", args=(bank, balances, audit, count_s)))
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"balances {balances[:]}, the audit found {audit.value}", flush=True)
    return {"balances": balances[:], "audit": audit.value}


if __name__ == "__main__":
    main()
