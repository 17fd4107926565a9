# The time it takes to write is spent when the lock is free again; and more is printed.

import time
from multiprocessing import Process, RLock, Value, current_process


class Ledger:
    def __init__(self, name, write_s):
        self.name = name
        self.write_s = write_s
        # `deposit` holds the lock when it calls `log`: only an RLock lets its holder take it again.
        self.lock = RLock()  # guards the two numbers, so they need no locks of their own
        self.balance = Value("i", 0, lock=False)
        self.last_line = Value("i", 0, lock=False)

    def log(self, text):
        with self.lock:
            number = self.last_line.value + 1
            print(f"{self.name} line {number}: {text}, balance {self.balance.value}", flush=True)
            self.last_line.value = number
            print("debug", flush=True)

    def deposit(self, amount):
        with self.lock:
            self.balance.value += amount
            self.log(f"{current_process().name} deposits {amount}")
        time.sleep(self.write_s)


def teller(ledger, rounds):
    for number in range(1, rounds + 1):
        ledger.deposit(10 * number)


def auditor(ledgers, rounds):
    for _ in range(rounds):
        for ledger in ledgers:
            ledger.log("audit")
            time.sleep(ledger.write_s)


def main(ledger_count=2, tellers=2, rounds=3, write_s=0.1):
    ledgers = [Ledger(f"ledger-{number}", write_s) for number in range(1, ledger_count + 1)]
    staff = [Process(target=auditor, args=(ledgers, rounds), name="auditor")]
    for ledger in ledgers:
        for number in range(1, tellers + 1):
            staff.append(Process(target=teller, args=(ledger, rounds), name=f"teller-{number} of {ledger.name}"))
    for process in staff:
        process.start()
    for process in staff:
        process.join()
    return [ledger.balance.value for ledger in ledgers]


if __name__ == "__main__":
    print("balances:", main())
