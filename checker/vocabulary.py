"""What judge and workers can say to each other: every operation, creation and field, and the check of a request."""

from __future__ import annotations

from typing import Any

from checker.errors import MalformedMessage

MAX_NEWS = 10_000
MAX_IDENTITY_CHARS = 200
MAX_PATH_CHARS = 100
"""Of a process: what it makes is named after it."""
MAX_CHILDREN = 1000
MAX_LINE = 10_000_000
MAX_PLACES = 10_000_000
FORKED = b"forked"
"""In place of the pickled Process object of "process.start": the process that starts another one forks itself."""

_NUMBER = (int, float)
_NONE = type(None)
_TIMEOUT = (int, float, _NONE)
_SCALAR = (int, float, str, bool, _NONE)
_ANY: tuple[type, ...] = (int, float, str, bool, list, dict, _NONE)

OPERATIONS: dict[str, tuple[tuple[type, ...], ...]] = {
    # Lock, RLock, Semaphore, BoundedSemaphore; the object is the lock
    "lock.acquire": ((bool,), _TIMEOUT),  # block, timeout in seconds -> bool
    "lock.release": (),  # -> null, or ValueError / AssertionError as CPython
    "lock.value": (),  # -> int, what get_value() says
    # what any process of the program may have been sent (locks, queues) is found by its name while its maker holds it;
    # without an object
    "lock.open": ((str,),),  # identities, with blanks between them -> null, or FileNotFoundError
    "lock.unlink": ((str,),),  # the same -> null
    "lock.state": (),  # -> [value, count of this task, held by this task], for repr and assertions
    # Value, Array, RawValue, RawArray; the object is the memory; elements are JSON scalars (bytes as Latin-1 text)
    "memory.read": ((int,),),  # index -> scalar
    "memory.write": ((int,), _SCALAR),  # index, scalar -> null
    "memory.read_slice": ((int,), (int,), (int,)),  # start, stop, step (normalised as by slice.indices) -> list
    "memory.write_slice": ((int,), (int,), (int,), (list,)),  # the same, and as many scalars -> null
    # Queue, JoinableQueue
    # block, timeout, pickled already (then data is the pickle) -> null, or Full
    "queue.put": ((bool,), _TIMEOUT, (bool,)),
    "queue.get": ((bool,), _TIMEOUT),  # block, timeout -> null + data, or Empty
    "queue.qsize": (),  # -> int
    "queue.empty": (),  # -> bool
    "queue.full": (),  # -> bool
    "queue.join_thread": (),  # waits until this process's feeder has written all that was put -> null
    "queue.task_done": (),  # -> null, or ValueError
    "queue.join": (),  # -> null
    # SimpleQueue
    "simple_queue.put": (),  # data -> null
    "simple_queue.get": (),  # -> null + data
    "simple_queue.empty": (),  # -> bool
    # processes; the object is the path of the process acted on
    # name, daemon; data is the pickled Process object -> null; or FORKED -> null, with a descriptor (see `wire`)
    "process.start": ((str,), (bool,)),
    "process.join": (_TIMEOUT,),  # -> bool, whether it has ended
    "process.poll": (),  # -> exit code or null
    "process.signal": ((int,),),  # signal number -> null
    "signal.disposition": ((int,), (str,)),  # signal number, "default" or "ignore" of this process -> null
    # the terminal, time
    "stdout.write": ((str,),),  # one chunk that a terminal would see -> null
    "stderr.write": ((str,),),
    "sleep": (_NUMBER,),  # seconds -> null
    "clock": (),  # -> this task's virtual clock in seconds, later than all who have looked before
    "clock.apart": (),  # -> this task's virtual clock in seconds, whoever else looks
    # said once by a process that begins to end, if its feeders have still to pickle something -> null
    "exiting": (),
    # the end of a process: exit code, traceback text or null, has a result, result; data, whatever it is: what the
    # process has left in the worker cannot be undone
    "exit": ((int,), (str, _NONE), (bool,), _ANY),
    # something besides the schedule decides what this process does: a word of `trace.Reliance` -> null
    "rely": ((str,),),
    # no further answer is given after these two
    "refuse": ((str,), (str,)),  # a word of REFUSALS, a sentence
    "endless_loop": (),  # CPU time burnt without a scheduling point; `line` says where
}
"""Every operation a worker may ask for: its kind and the types of its arguments."""

POSTABLE = frozenset(
    {"lock.acquire", "lock.release", "lock.open", "lock.unlink", "memory.write", "process.join", "process.start"}
    | {"queue.join", "queue.join_thread", "queue.put", "queue.task_done", "simple_queue.put"}
    | {"sleep", "stderr.write", "stdout.write"}
)
"""The operations that may be posted (see `wire`): with the right arguments their answer is known beforehand."""

CREATIONS: dict[str, tuple[tuple[type, ...], ...]] = {
    "lock": (),
    "rlock": (),
    "semaphore": ((int,),),  # initial value
    "bounded_semaphore": ((int,),),
    # elements, initial value (one scalar for all, or a list), the guard's identity or null
    "memory": ((int,), _ANY, (str, _NONE)),
    "queue": ((int,), (bool,)),  # maxsize (0: unbounded), joinable
    "simple_queue": (),
}
"""Every shared object a worker may create: its kind and the types of its arguments."""

REFUSALS = frozenset({"import", "no_main", "signature", "not_json", "uncontrolled", "thread", "input"})
"""Why a program cannot be run under control; each comes with a sentence that names the line's deed."""

ASKING = frozenset({"spawned", "asked", "forced"})
"""What becomes of the start method that a program asks for: all is spawned, and fork refused; it gets what it asks for;
it gets the one that was chosen for it."""

TASK_FIELDS = {
    "path": str,  # of the process, "main" or "main.1"
    "name": str,  # of the process
    "file": str,  # absolute path of the program
    "call": (list, _NONE),  # for "main": the arguments to call main(*call) with; null for a started process or a script
    "argv": (list, _NONE),  # of a script, which is run as `__main__`; null for a program with a main() to call
    "start_method": str,  # that of the program, where it asks for none
    "asking": str,  # what asking for a start method does: a word of ASKING
    "pid": int,  # virtual
    "parent_pid": int,  # virtual
    "parent_name": (str, _NONE),
    "daemon": bool,
    "seed": int,  # of the check; each process derives its own from it and its path
    "directory": str,  # absolute path of the folder to run in
    "temporary": str,  # absolute path of the folder for temporary files
    "home": (str, _NONE),  # absolute path of the folder that a script would run in if it were not explored
    "cpu_limit_s": (int, float),  # CPU seconds without a scheduling point that count as an endless loop
    "posting": bool,  # whether operations may be posted
    "warm": bool,  # whether the worker is to take another task after this one
}
"""The fields of a task message and their types."""


def unposted(message: Any) -> tuple[Any, bool]:
    """A worker's request, and whether it is posted; not validated yet."""
    if type(message) is list and len(message) == 2 and message[0] == "posted":
        return message[1], True
    return message, False


def unplaced(message: Any) -> tuple[Any, int | None]:
    """A worker's request without its sixth part, and that: the place in a loop, None if it says none.

    Raises:
        MalformedMessage: the place is none.
    """
    if type(message) is not list or len(message) != 6:
        return message, None
    place = message[5]
    if type(place) is not int or not 0 <= place <= MAX_PLACES:
        raise MalformedMessage("a place that is none")
    return message[:5], place


def validated_request(message: Any) -> tuple[str, str | None, list[Any], int | None, list[Any]]:
    """Checks the shape of a worker's request and returns its five parts.

    Raises:
        MalformedMessage: with what is wrong, in words.
    """
    if type(message) is not list or len(message) != 5:
        raise MalformedMessage("a request that is not a list of five")
    kind, obj, args, line, news = message
    signature = OPERATIONS.get(kind) if type(kind) is str else None
    if signature is None:
        raise MalformedMessage(f"an unknown operation {_shown(kind)}")
    if obj is not None and (type(obj) is not str or len(obj) > MAX_IDENTITY_CHARS):
        raise MalformedMessage(f"{kind} on something that is no identity")
    _validate_arguments(kind, args, signature, line)
    if news:
        _validate_news(news)
    elif news != []:
        raise MalformedMessage("news that is no list")
    return kind, obj, args, line, news


def _validate_news(news: Any) -> None:
    if type(news) is not list or len(news) > MAX_NEWS:
        raise MalformedMessage("news that is no list, or too much of it")
    for item in news:
        if type(item) is not list or len(item) != 4:
            raise MalformedMessage("news that is not a list of four")
        identity, kind, args, line = item
        signature = CREATIONS.get(kind) if type(kind) is str else None
        if signature is None:
            raise MalformedMessage(f"creation of an unknown kind {_shown(kind)}")
        if type(identity) is not str or len(identity) > MAX_IDENTITY_CHARS:
            raise MalformedMessage("creation of something without an identity")
        _validate_arguments(f"creation of {kind}", args, signature, line)


def _validate_arguments(what: str, args: Any, signature: tuple[tuple[type, ...], ...], line: Any) -> None:
    if type(args) is not list or len(args) != len(signature):
        raise MalformedMessage(f"{what} with the wrong number of arguments")
    for value, types in zip(args, signature, strict=True):
        if type(value) not in types:
            raise MalformedMessage(f"{what} with an argument of type {type(value).__name__}")
    if not _is_line(line):
        raise MalformedMessage(f"{what} with a line that is none")


def _shown(kind: Any) -> str:
    return repr(kind[:60]) if type(kind) is str else f"of type {type(kind).__name__}"


def _is_line(line: Any) -> bool:
    return line is None or (type(line) is int and 0 <= line <= MAX_LINE)
