"""What the operating system and CPython's library do, as pure state machines. No I/O, no processes, no student code."""

from checker.kernel.cells import Done, Effect, Failed, NeedsPickle, Next, Pending
from checker.kernel.evaluation import Granted
from checker.kernel.kernel import HANDLERS, Kernel, recall
from checker.kernel.memory import needs_split
from checker.kernel.recall import Recall

__all__ = [
    "HANDLERS",
    "Done",
    "Effect",
    "Failed",
    "Granted",
    "Kernel",
    "NeedsPickle",
    "Next",
    "Pending",
    "Recall",
    "needs_split",
    "recall",
]
