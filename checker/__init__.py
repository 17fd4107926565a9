"""Decides, explains and replays the interleavings of `multiprocessing` programs.

    lab file -> engine (worker processes, under the kernel's rules, in the order a strategy chooses) -> Trace
             -> judge (what the spec asks for) -> Failure -> replayed in fresh processes -> Finding -> Result -> report

What belongs to whom: the state of everything shared is the kernel's, in cells, and an operation is a pure function of
them whose footprint is recorded, not declared. Which task runs next is the strategy's. Processes, sockets and signals
are the engine's. What the student's code sees in place of `multiprocessing` is `controlled`, and runs in workers, as
all student code does; between those and the judge pass only the messages of `wire`, bounded and validated, in the words
of `vocabulary`. What a lab must show stands in `specs`, and everything that a person reads is made by `report` from a
`Result`.

Two things are done for speed and undone where they do not hold, by `errors.StartAgain`: accesses to synchronized memory
are one step (`kernel.memory`), and workers run on past operations whose answer they know (`wire`). Two more need no
undoing: what an operation does to the values it sees is worked out once and remembered (`kernel.recall`), and so is
what a process says to what it is told (`engine.behaviour`), so that it runs only where it is told something new. What
is replayed in fresh processes does without the last three: each proof and each failure is checked against them.
"""

__version__ = "0.1.0"
