# Main makes all deposits by itself; only the auditor is a process.
# expect: missing_process

import time
from multiprocessing import Process, RLock, Value


class Ledger:
    def __init__(self, name, write_s):
        self.name = name
        self.write_s = write_s
        self.lock = RLock()  # guards the two numbers, so they need no locks of their own
        self.balance = Value("i", 0, lock=False)
        self.last_line = Value("i", 0, lock=False)

    def log(self, text):
        with self.lock:
            number = self.last_line.value + 1
            print(f"{self.name} line {number}: {text}, balance {self.balance.value}", flush=True)
            time.sleep(self.write_s)
            self.last_line.value = number

    def deposit(self, name, amount):
        with self.lock:
            self.balance.value += amount
            self.log(f"{name} deposits {amount}")


def teller(name, ledger, rounds):
    for number in range(1, rounds + 1):
        ledger.deposit(name, 10 * number)


def auditor(ledgers, rounds):
    for _ in range(rounds):
        for ledger in ledgers:
            ledger.log("audit")


def main(ledger_count=2, tellers=2, rounds=3, write_s=0.1):
    ledgers = [Ledger(f"ledger-{number}", write_s) for number in range(1, ledger_count + 1)]
    staff = [Process(target=auditor, args=(ledgers, rounds), name="auditor")]
    for ledger in ledgers:
        for number in range(1, tellers + 1):
            teller(f"teller-{number} of {ledger.name}", ledger, rounds)
    for process in staff:
        process.start()
    for process in staff:
        process.join()
    return [ledger.balance.value for ledger in ledgers]


if __name__ == "__main__":
    print("balances:", main())
