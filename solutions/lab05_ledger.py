"""Lab 5: tellers and an auditor write into ledgers.

Tellers put deposits into ledgers. Each line of a ledger has the next number and shows the balance at that moment, so
that the lines add up, one by one. An auditor writes a line of its own into every ledger now and then.

How to run it: python labs/lab05_ledger.py
What goes wrong: it stops before the first deposit has its line, and never ends. Press Ctrl-C to get out; a long
traceback is normal then.

Your task: every deposit and every audit has its line, the lines add up, and the program always ends.

Rules
- `main(ledger_count, tellers, rounds, write_s)` keeps its name and its arguments, and returns the balances.
- Every line of a ledger keeps its text: numbers 1, 2, 3 … with none missing and none twice, and each balance is the one
  of the line before, by number, plus what the line deposits. In what order they come on the screen does not matter. You
  may print other lines as well: the checker does not look at them.
- Each teller is a process of its own, calls `deposit`, and prints the lines of its own deposits. So is the auditor,
  which calls `log`, and prints its own.
- It takes time to write a line: `time.sleep(self.write_s)` stays, for each line, with the lock or without. Different
  ledgers are written at the same time.
- It is right whatever the timing, and under every start method.

Check: python -m checker lab5 (in the folder above)
"""

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
            time.sleep(self.write_s)
            self.last_line.value = number

    def deposit(self, amount):
        with self.lock:
            self.balance.value += amount
            self.log(f"{current_process().name} deposits {amount}")


def teller(ledger, rounds):
    for number in range(1, rounds + 1):
        ledger.deposit(10 * number)


def auditor(ledgers, rounds):
    for _ in range(rounds):
        for ledger in ledgers:
            ledger.log("audit")


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
