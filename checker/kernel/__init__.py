"""What the operating system and CPython's library do, as pure state machines. No I/O, no processes, no student code."""

from checker.kernel.cells import Done, Effect, Failed, NeedsPickle, Next, Pending
from checker.kernel.kernel import HANDLERS, Granted, Kernel
from checker.kernel.memory import needs_split

__all__ = ["HANDLERS", "Done", "Effect", "Failed", "Granted", "Kernel", "NeedsPickle", "Next", "Pending", "needs_split"]
