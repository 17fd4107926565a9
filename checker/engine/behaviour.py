"""What the processes of a program do, remembered: a process that is told the same does the same.

A process is controlled where all that reaches it are answers of the judge. So what it says next is a function of what
it was told since it began, and is kept (see `moments`).

In an exploration nearly everything that processes are told, each for itself, was told them in an earlier schedule: N
processes that each add to a counter have N! interleavings, and each of them no more than N things to see. As long as
a process is told what is known, nothing runs for it. When it is told anything else, a worker is made to do all that it
was remembered to have done, and goes on from there; each word of it is compared with what is remembered.

What is not a function of what it was told is thereby not seen at once. So now and then all processes of a schedule run
for real, every proof is repeated and every failure replayed in fresh processes of which nothing is remembered, and
where a program relies on something that nobody controls (see `trace.Reliance`), nothing is remembered at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.engine.moments import Behaviour, Moment, Said, key_of
from checker.engine.program import WorkerProgram
from checker.engine.running import Asked, Otherwise, Pickled, Unpicklable
from checker.kernel import Done, Failed
from checker.trace import Op, Reliance
from checker.vocabulary import FORKED

UNTOLD = frozenset({Reliance.NATIVE, Reliance.ENTROPY, Reliance.FILES, Reliance.IDENTITY})
"""What a process may rely on that is no answer of the judge."""


@dataclass(slots=True)
class _Process:
    """One process in one schedule: where it began, and where it stands.

    `runs`: a worker runs it. `over`: the method of the workers' program that tells of its end, when that has come.
    """

    path: str
    name: str
    began: Moment
    moment: Moment
    start: tuple[str, str, bytes, bool] | None
    forked_by: str | None = None
    over: str | None = None
    runs: bool = False


class Remembering:
    """A program of which only those processes run that are told something new; see `running.Program` for the methods.

    Args:
        program: the same program, in workers.
        behaviour: what is remembered of it.
        attended: all processes run, and what they say is compared with what is remembered.

    Attributes:
        news: how many times a process was told something new.
    """

    def __init__(self, program: WorkerProgram, behaviour: Behaviour, *, attended: bool) -> None:
        self._program = program
        self.behaviour = behaviour
        self.attended = attended
        self.news = 0
        began = behaviour.beginning("main")
        main = _Process("main", "MainProcess", began, began, None, runs=attended)
        self._processes = {"main": main}

    def start(self, process: str, name: str, pickled: bytes, *, daemon: bool) -> None:
        parent = self._processes[process.rpartition(".")[0]]
        start = (process, name, pickled, daemon)
        if pickled == FORKED:
            self._fork(parent, start)
            began, forked_by = parent.moment, parent.path
        else:
            self._start(start)
            began, forked_by = self.behaviour.beginning((*start, parent.name)), None
        self._processes[process] = _Process(process, name, began, began, start, forked_by, runs=self.attended)

    def _start(self, start: tuple[Any, ...]) -> None:
        process, name, pickled, daemon = start
        self._program.start(process, name, pickled, daemon=daemon)

    def _fork(self, parent: _Process, start: tuple[str, str, bytes, bool]) -> None:
        """Takes note that the parent forks itself, which it does as soon as it is answered."""
        moment = parent.moment
        parent.moment = moment.after(start) or self.behaviour.remember(moment, start, ("start", *start), None)
        if parent.runs:
            self._start(start)

    def begin(self, process: str) -> Asked:
        said = self._tell(process, "begin", ("begin", process))
        assert type(said) is Asked
        return said

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        process, key = self._processes[task], key_of(outcome)
        then = process.moment.after(key)
        if then is None or process.runs:
            said = self._tell(task, key, ("answer", task, outcome))
        else:  # nearly always, and so without the call
            process.moment, said = then, then.said
        assert type(said) is Asked
        return said

    def pickle(self, process: str, queue: str, n: int) -> Pickled | Unpicklable | Op:
        how = ("pickle", process, queue, n)
        said = self._tell(process, how, how)
        assert isinstance(said, (Pickled, Unpicklable, Op))
        return said

    def ended(self, process: str) -> None:
        self._end(process, "ended")

    def kill(self, process: str) -> None:
        self._end(process, "kill")

    def mark(self) -> tuple[_Process, ...]:
        """See `running.Resumable`."""
        return tuple(_not_running(process) for process in self._processes.values())

    def go_to(self, mark: tuple[_Process, ...]) -> None:
        """See `running.Resumable`."""
        self._processes = {process.path: _not_running(process) for process in mark}
        for process in mark:
            if process.start is not None and process.forked_by is None:
                self._start(process.start)

    def _end(self, path: str, over: str) -> None:
        process = self._processes[path]
        process.over = over
        if process.runs:
            self._act(over, path)
        else:
            self._dismiss(process)

    def _dismiss(self, process: _Process) -> None:
        """Ends the worker of a process that has ended and does not run: there is one if its forker runs.

        Whom it forked itself may still have to run, and can be forked by nobody else: so it does all that first.
        """
        forker = self._processes.get(process.forked_by or "")
        if forker is not None and forker.runs and self._has_forked(process.path):
            self._run(process)
        else:
            self._program.kill(process.path)

    def _has_forked(self, path: str) -> bool:
        """Whether the process has forked one that has not ended, or one that has forked such a one."""
        forked = [other for other in self._processes.values() if other.forked_by == path]
        return any(other.over is None or self._has_forked(other.path) for other in forked)

    def _tell(self, path: str, key: Any, told: tuple[Any, ...]) -> Said:
        """What the process says when it is told something; `key` is what matters of that, `told` as in `Moment`."""
        process = self._processes[path]
        then = process.moment.after(key)
        if then is None or process.runs:
            if not process.runs:
                self._run(process)
            said = self._act(*told)
            if then is None:
                self.news += 1
                then = self.behaviour.remember(process.moment, key, told, said)
            else:
                _compare(then.said, said)
        process.moment = then
        return then.said

    def _run(self, process: _Process) -> None:
        """Has a worker do all that the process is remembered to have done, and be it from there on."""
        forked_by = self._processes[process.forked_by] if process.forked_by is not None else None
        if forked_by is not None and not forked_by.runs:
            self._run(forked_by)
            if process.runs:  # it has ended, and was run for those whom it forked
                return
        for moment in _way(process):
            _compare(moment.said, self._act(*moment.told))
        process.runs = True
        if process.over is not None:
            self._act(process.over, process.path)
        for other in self._processes.values():
            if other.forked_by == process.path and other.over is not None and not other.runs:
                self._dismiss(other)

    def _act(self, method: str, *args: Any) -> Said:
        """Calls a method of the workers' program."""
        if method == "start":
            self._start(args)
            return None
        said: Said = getattr(self._program, method)(*args)
        return said


def _not_running(process: _Process) -> _Process:
    """The same process, in another schedule."""
    return _Process(
        process.path, process.name, process.began, process.moment, process.start, process.forked_by, process.over
    )


def _way(process: _Process) -> list[Moment]:
    """The moments that the process has come through since it began."""
    found = []
    moment = process.moment
    while moment is not process.began:
        found.append(moment)
        assert moment.before is not None
        moment = moment.before
    return found[::-1]


def _compare(remembered: Said, said: Said) -> None:
    """Raises Otherwise where a process that was told the same says something else."""
    if said is not remembered and repr(said) != repr(remembered):
        raise Otherwise(_op(remembered), _op(said))


def _op(said: Said) -> Op:
    """The operation that was asked for; a pickle as if it were one."""
    if type(said) is Asked:
        return said.op
    return said if type(said) is Op else Op("pickle", None, (repr(said),), None)
