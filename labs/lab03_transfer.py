"""Lab 3: two tellers move money, an auditor sums it up.

A bank has four accounts, and each has a lock. A teller who moves money takes the locks of both accounts, so that
nobody ever sees money that is on its way. The auditor takes all the locks and adds up what the bank has.

How to run it: python labs/lab03_transfer.py
What goes wrong: it stops in the middle and never ends. Press Ctrl-C to get out; a long traceback is normal then.

Your task: all transfers are made, the audit finds all the money, and the program always ends.

Rules
- `main(jobs, rounds, count_s)` keeps its name and its arguments, and returns a dict with "balances" and "audit". Each
  job is one teller's work: [from account, to account, amount], done `rounds` times.
- Each teller is a process of its own, and so is the auditor. All of them work at the same time.
- Money on its way is in neither account, so the audit must not be able to look at that moment.
- `time.sleep(count_s)` stays, in every round and for the auditor's report, with the locks or without them. Tellers
  whose accounts are different ones count at the same time, and meanwhile the auditor writes the report. You may print
  what you like.
- It is right whatever the timing, and under every start method. "Tries again until it works" is not enough: nothing
  says that it ever does.

Check: python -m checker lab3 (in the folder above)
"""

import time
from multiprocessing import Array, Lock, Process, Value

ALICE, BOB, CAROL, DAVE = range(4)  # the account numbers
JOBS = [[ALICE, BOB, 30], [BOB, ALICE, 20]]


def transfer(locks, balances, job, count_s):
    source, target, amount = job
    with locks[source]:
        time.sleep(count_s)  # the teller counts the money
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
    time.sleep(count_s)  # the auditor writes the report


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
        process.join()
    print(f"balances {balances[:]}, the audit found {audit.value}", flush=True)
    return {"balances": balances[:], "audit": audit.value}


if __name__ == "__main__":
    main()
