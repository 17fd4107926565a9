"""The steps of a trace in words: one line for each operation of the student's program, as a report tells them.

An operation of several steps (a `get` takes the read lock, then the item) has its line where it ended; one that never
ended because its task is stuck comes last, as blocked. Operations that no other task can notice are left out.
"""

from __future__ import annotations

import re
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from typing import NamedTuple

from checker.analysis.exceptions import HEADER
from checker.analysis.items import values_told
from checker.analysis.names import Names, held_told, natural
from checker.analysis.pickled import constant_told
from checker.trace import Json, Op, Step, Trace

_UNNOTICED = frozenset(
    {"begin", "sleep", "clock", "clock.apart", "lock.open", "lock.unlink", "lock.state", "signal.disposition", "refuse"}
    | {"endless_loop", "rely", "exiting"}
)
_NO_FRAMES = re.compile(r"Process [^\n]+:\n\w+: ")
"""Of a process that failed before any line of the program was run."""
_BARE = re.compile(r"(?:[a-z]\w*\.)*[A-Z]\w*(?:: .*)?\n", re.DOTALL)
"""The same, where the interpreter prints it: nothing but the exception."""
_TEXT_CHARS = 24
_ITEM_CHARS = 20


class StepTold(NamedTuple):
    """One line of a failing schedule in the student's names; the fields of a report's `StepLine`.

    `step` is the number of the step in the trace, from 0; None for what was never granted. `failed`: the line is not an
    operation, but the exception of a process, whose type is `op`.
    """

    n: int
    task: str
    op: str
    object: str
    line: int | None
    blocked: bool
    step: int | None = None
    failed: bool = False


def is_unnoticed(op: Op) -> bool:
    """Whether no other task can notice the operation."""
    return op.kind in _UNNOTICED


def is_wait(op: Op) -> bool:
    """Whether the operation takes virtual time by itself."""
    return op.kind == "sleep" and op.args[0] > 0


def is_traceback(op: Op) -> bool:
    """Whether the operation prints an uncaught exception."""
    if op.kind != "stderr.write":
        return False
    bare = op.line is None and _BARE.fullmatch(op.args[0])
    return bool(bare or HEADER in op.args[0] or _NO_FRAMES.match(op.args[0]))


def steps_told(
    trace: Trace,
    names: Names,
    only: Collection[str] | None = None,
    left_out: Callable[[Op], bool] = is_unnoticed,
) -> tuple[StepTold, ...]:
    """The operations of `trace` in words, of the tasks with the paths `only` (of all tasks where None).

    They are numbered from 1 in the order in which they ended; those that are `left_out` are not counted.
    """
    told: list[StepTold] = []
    items = values_told(trace)
    held: dict[str, list[str]] = defaultdict(list)

    def tell(task: str, op: Op, words: str, number: int | None) -> None:
        if not left_out(op) and (only is None or task in only):
            thing = _all_held(trace, held[task], names) if op.kind == "sleep" else _object(trace, op, names)
            thing = "" if _asks_for_parent(task, op) else thing
            words = f"{words}, holding" if op.kind == "sleep" and thing else words
            told.append(StepTold(len(told) + 1, names.task(task), words, thing, op.line, number is None, number))

    inside = set(refusals(trace).values())
    for number, step in enumerate(trace.steps):
        if number in inside:
            tell(step.task, step.op, "begin to get", number)
        if step.done:
            tell(step.task, step.op, _with_item(_words(step), items.get(number)), number)
            _note_held(step, held[step.task])
    patient = [wait for wait in trace.waits if not wait.round_steps]
    for wait in sorted(patient, key=lambda wait: _last_step(trace, wait.task)):
        tell(wait.task, wait.op, _with_item(_pending_words(wait.op), constant_told(wait.op.data)), None)
    return tuple(told)


def refusals(trace: Trace) -> dict[int, int]:
    """The steps in which a `get` gave up because another was inside its own, and those in which that one began.

    The first step of a `get` takes the queue's read lock, and fails only where another has it.
    """
    holders: dict[str | None, int] = {}
    found: dict[int, int] = {}
    for number, step in enumerate(trace.steps):
        if step.op.kind != "queue.get" or step.stage != 0:
            continue
        if not step.done:
            holders[step.op.obj] = number
        elif failure(step) is not None and step.op.obj in holders:
            found[number] = holders[step.op.obj]
    return found


def _asks_for_parent(task: str, op: Op) -> bool:
    """Whether it is what `os.getppid` asks."""
    return op.kind == "process.poll" and op.obj == task.rpartition(".")[0]


def _with_item(words: str, item: str | None) -> str:
    """The words for what was done with an item of a queue, with the item."""
    return f"{words} {_short(item, _ITEM_CHARS)}" if item is not None and words in ("put", "send", "get") else words


def _all_held(trace: Trace, held: list[str], names: Names) -> str:
    return " and ".join(held_told(trace, names, lock, units) for lock, units in Counter(held).items())


def _note_held(step: Step, held: list[str]) -> None:
    """Keeps the list of what the step's task has acquired and not released."""
    if step.op.obj is None:
        return
    if step.op.kind == "lock.acquire" and step.answer is True:
        held.append(step.op.obj)
    elif step.op.kind == "lock.release" and step.op.obj in held and failure(step) is None:
        held.remove(step.op.obj)


def _last_step(trace: Trace, task: str) -> tuple[int, tuple[tuple[str, int], ...]]:
    return max((i for i, step in enumerate(trace.steps) if step.task == task), default=-1), natural(task)


def _object(trace: Trace, op: Op, names: Names) -> str:
    name = names.object(op.obj)
    match op.kind, op.args:
        case (("stdout.write" | "stderr.write" | "exit"), _):
            return ""
        case ("memory.read", [int(index)]) | ("memory.write", [int(index), _]):
            record = trace.objects.get(op.obj or "")
            elements = record.args[0] if record and record.args else 1
            return name if elements == 1 else f"{name}[{index}]"
        case ("memory.read_slice", [start, stop, step]) | ("memory.write_slice", [start, stop, step, _]):
            return f"{name}[{start}:{stop}]" if step == 1 else f"{name}[{start}:{stop}:{step}]"
    return name


def failure(step: Step) -> str | None:
    """The name of the exception that the operation raised, if it did; only of operations that answer nothing else."""
    answer = step.answer
    if isinstance(answer, list | tuple):
        words = [word for word in answer if isinstance(word, str) and word != "raise"]
        return words[0] if words else None
    return answer if isinstance(answer, str) else None


def _words(step: Step) -> str:
    """What a finished operation did."""
    op, answer = step.op, step.answer
    match op.kind, op.args:
        case "lock.acquire", [bool(block), _] if answer is False:
            return "give up waiting to acquire" if block else "fail to acquire"
        case (("lock.release" | "queue.task_done" | "process.signal"), _) if name := failure(step):
            return f"{name} from {_pending_words(op)}"
        case (("queue.put" | "queue.get"), [bool(block), *_]) if failure(step):
            return f"give up waiting to {_pending_words(op)}" if block else f"fail to {_pending_words(op)}"
        case "queue.feed", _ if answer == "dropped":
            return "fail to pickle an item of"
        case "memory.read" | "memory.read_slice", _:
            return f"read {shown(answer)}"
        case "process.join", _ if answer is False:
            return "give up waiting to join"
        case "process.poll", _ if _asks_for_parent(step.task, op):
            return f"see that its parent has {'ended' if answer is not None else 'not ended'}"
        case "process.poll", _:
            return f"exitcode is {answer}"
        case "lock.value", _:
            return f"get_value() is {shown(answer)}"
        case (("queue.qsize" | "queue.empty" | "queue.full" | "simple_queue.empty"), _):
            return f"{op.kind.partition('.')[2]}() is {shown(answer)}"
    return _pending_words(op)


def _pending_words(op: Op) -> str:
    """What an operation is about to do, without its answer."""
    match op.kind, op.args:
        case "sleep", [seconds]:
            return f"sleep {shown(seconds)} s"
        case "stderr.write", _ if is_traceback(op):
            return "print a traceback to stderr"
        case (("stdout.write" | "stderr.write"), [str(text)]):
            words = f"print {shown(text.removesuffix(chr(10)) or text)}"
            return words if op.kind == "stdout.write" else f"{words} to stderr"
        case "memory.write", [_, value]:
            return f"write {shown(value)}"
        case "memory.write_slice", [_, _, _, values]:
            return f"write {shown(values)}"
        case "queue.feed", _:
            return "send"
        case "queue.task_done", _:
            return "task_done()"
        case "queue.join", _:
            return "join"
        case "queue.join_thread", _:
            return "wait for the feeder"
        case "process.signal", [int(number)]:
            return _signal_word(number)
        case "exit", [int(code), *_]:
            return "exit" if code == 0 else f"exit with code {code}"
    return op.kind.rpartition(".")[2].replace("_", " ")


def shown(value: Json) -> str:
    """A value as Python writes it, cut to a length that fits into a lane."""
    return _short(repr(value), _TEXT_CHARS)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 2]}…{text[-1]}"


def _signal_word(number: int) -> str:
    words = {"SIGTERM": "terminate", "SIGKILL": "kill"}
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"send signal {number} to"
    return words.get(name, f"send {name} to")
