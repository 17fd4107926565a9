"""The program uncontrolled: real processes under a timeout, after which none of them is left.

    caller ── run ──> driver process (own session) ── loads the file, calls main(*args)
                        │  └─ children of the student's program, forked or spawned
                        └─ stdout: a terminal; stderr: a pipe; the result: one line of JSON through a pipe

A timeout alone says nothing about the program: the machine may be busy. Only if every process is seen blocked is it
`BLOCKED`; else `TIMEOUT`, which nobody may take for a failure.
"""

from __future__ import annotations

from checker.realrun.outcome import RealOutcome, RealRun
from checker.realrun.run import run_many, run_real

__all__ = ["RealOutcome", "RealRun", "run_many", "run_real"]
