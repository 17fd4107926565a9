"""The kernel: the tasks of a program, what each asks for next, which of that is enabled, and what granting it does.

A pure state machine: no I/O, no clock, no student code. The engine submits operations and grants steps; a strategy
chooses between the enabled ones; a test can drive it with scripts alone, and enumerate every interleaving of these.

    create, submit ->  pending  -> evaluate (valid until a cell it looked at changes) -> enabled
                                -> step: apply the evaluation, advance the clocks -> Granted
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.errors import MalformedMessage
from checker.kernel import admission, clock, locks, memory, processes, queues, terminal
from checker.kernel.cells import Effect, Handler, Lookup, Pending
from checker.kernel.evaluation import Evaluation, Granted, granted
from checker.kernel.recall import Recall
from checker.kernel.rounds import Looks, Rounds
from checker.kernel.task import Task
from checker.kernel.waits import holders, taken
from checker.trace import Cell, Footprint, ObjectRecord, Op, TaskRecord, Wait

HANDLERS: dict[str, Handler] = {
    **locks.HANDLERS,
    **memory.HANDLERS,
    **queues.HANDLERS,
    **processes.HANDLERS,
    **terminal.HANDLERS,
    **clock.HANDLERS,
}
"""The meaning of every operation, by its kind."""


def recall(output: str, *, fine: bool) -> Recall:
    """The meaning of every operation; `output` and `fine` as for a `Kernel`."""
    handlers = {**HANDLERS, "stdout.write": terminal.STDOUT_HANDLERS[output]}
    return Recall({**handlers, **memory.SPLIT_HANDLERS} if fine else handlers)


class Kernel:
    """The state of one schedule.

    `output` says what of the printed order can be seen: a word of `spec.Output`. `fine` takes synchronized accesses in
    three steps (see `memory`). `remembered` is what `recall` made for these two, where many schedules share one.
    """

    def __init__(self, output: str = "ordered", *, fine: bool = False, remembered: Recall | None = None) -> None:
        self.values: dict[Cell, Any] = {}
        self.objects: dict[str, ObjectRecord] = {}
        self.tasks: dict[str, Task] = {}
        self.clocks = clock.Clocks()
        self.killed: dict[str, tuple[Pending, Footprint]] = {}
        self.fine = fine
        self._recall = remembered or recall(output, fine=fine)
        self._evaluations: dict[str, Evaluation] = {}
        self._lookup: Lookup = self.values.get
        self._unfinished_processes = 0
        self._looks: Looks | None = None
        self._add_process("main", "MainProcess", daemon=False)
        self.values["life", "main"] = "started"

    def copy(self) -> Kernel | None:
        """A kernel in the same state that goes its own way; None once a task has gone rounds, which are not copied."""
        if self._looks is not None:
            return None
        other = Kernel.__new__(Kernel)
        other.values = self.values.copy()
        other.objects = self.objects.copy()
        other.tasks = {path: task.copy() for path, task in self.tasks.items()}
        other.clocks = self.clocks.copy()
        other.killed = self.killed.copy()
        other.fine = self.fine
        other._recall = self._recall
        other._evaluations = self._evaluations.copy()
        other._lookup = other.values.get
        other._unfinished_processes = self._unfinished_processes
        other._looks = None
        return other

    # What a task asks for

    def create(self, task: str, news: Iterable[list[Any]]) -> None:
        """Takes note of the objects that `task` created.

        Raises:
            MalformedMessage: an identity that is not the task's to give, or arguments that make no sense.
        """
        for created in news:
            identity, kind, args, _ = created
            admission.check_creation(self.objects, self.tasks[task].process, identity, kind, args)
            self.objects[identity] = self._recall.record(task, created)
        rounds = self.tasks[task].rounds
        if rounds is not None:
            rounds.forget()

    def submit(self, task: str, op: Op) -> None:
        """Makes `op` the next operation of `task`, which must have none.

        Raises:
            MalformedMessage: the operation names what does not exist, or makes no sense for it.
        """
        state = self.tasks[task]
        if state.pending is not None:
            raise MalformedMessage(f"{op.kind} while {state.pending.op.kind} is not answered")
        record = self.objects.get(op.obj) if op.obj is not None else None
        pending = self._recall.known(task, op, record)
        if pending is None or op.kind in admission.UNSETTLED:
            admission.check_operation(self.objects, self.values, state.process, op)
            pending = pending or self._recall.first(task, state.process, op, record)
        state.pending = pending if op.place is None else self._arrive(state, pending)

    def _arrive(self, state: Task, pending: Pending) -> Pending:
        """The step with which a task begins, or may begin, another round."""
        self._looks = self._looks or Looks()
        state.rounds = state.rounds or Rounds(state.path)
        left = state.rounds.arrive(pending.op)
        return pending if left is None else self._recall.waiting(pending, left)

    def provide(self, task: str, data: bytes | None) -> None:
        """Goes on after `NeedsPickle`: `data` is the pickle, None an item that cannot be pickled."""
        pending = self.tasks[task].pending
        assert pending is not None
        self.tasks[task].pending = pending.at(data)
        self._evaluations.pop(task, None)

    # What is possible

    def enabled(self) -> list[str]:
        """The tasks whose next step could be granted now, in the order in which the tasks came to be."""
        evaluations, able = self._evaluations, []
        for task, state in self.tasks.items():
            if state.pending is not None:
                evaluation = evaluations.get(task) or self._evaluate(task, state.pending)
                if evaluation.outcome is not None:
                    able.append(task)
        return able

    def footprint(self, task: str) -> Footprint:
        """The footprint of the task's pending step in the present state."""
        return self._evaluation(task).footprint

    def pending(self, task: str) -> Pending | None:
        """The task's next step; None for a task that has ended."""
        return self.tasks[task].pending

    def clock_s(self, task: str) -> float:
        """The task's virtual clock, in seconds."""
        return self.clocks.tasks.get(task, 0.0)

    def unfinished(self) -> list[tuple[Pending, Footprint]]:
        """Every step that was asked for and not granted, blocked or killed, with its footprint."""
        left = [
            (state.pending, self.footprint(task)) for task, state in self.tasks.items() if state.pending is not None
        ]
        return left + list(self.killed.values())

    def preview(self, pending: Pending, lookup: Lookup) -> tuple[bool, Footprint]:
        """Whether `pending` would be enabled in another state, of which `lookup` gives the cells; and its footprint."""
        evaluation = self._recall.evaluation(pending, lookup, self.objects)
        return evaluation.outcome is not None, evaluation.footprint

    @property
    def finished(self) -> bool:
        """Whether every process of the program has ended."""
        return self._unfinished_processes == 0

    def _evaluation(self, task: str) -> Evaluation:
        pending = self.tasks[task].pending
        assert pending is not None
        return self._evaluations.get(task) or self._evaluate(task, pending)

    def _evaluate(self, task: str, pending: Pending) -> Evaluation:
        evaluation = self._evaluations[task] = self._recall.evaluation(pending, self._lookup, self.objects)
        return evaluation

    # What happens

    def step(self, task: str) -> Granted:
        """Grants the next step of `task`, which must be enabled."""
        evaluation = self._evaluation(task)
        del self._evaluations[task]
        state = self.tasks[task]
        pending, outcome = state.pending, evaluation.outcome
        assert pending is not None
        assert outcome is not None, f"{task} is blocked"
        if self._looks is not None:
            if state.rounds is not None:
                state.rounds.did(evaluation, self._lookup, self.objects, self._looks)
            self._looks.count(task, evaluation.footprint.reads, self.objects)
        if evaluation.changed:
            self._apply(evaluation)
        clock_s = self.clocks.advance(task, evaluation.footprint, evaluation.wait_s)
        done = evaluation.at_once
        if done is None or clock_s:
            done = granted(pending, outcome, evaluation.footprint, evaluation, clock_s)
        following = evaluation.following
        if following is None and state.rounds is not None:
            state.rounds.told(pending.op, done.outcome)
        if following is None and state.role == "feeder":
            following = self._own(task, pending.process, pending.op.kind, pending.op.obj)
        state.pending = following
        state.steps += 1
        for effect in done.effects:
            self._take_effect(state, effect)
        return done

    def _apply(self, evaluation: Evaluation) -> None:
        values = self.values
        values.update(evaluation.writes)
        for cell, amount in evaluation.adds.items():
            if amount:
                values[cell] = values.get(cell, 0) + amount
        changed, evaluations = evaluation.changed, self._evaluations
        for task in [task for task, other in evaluations.items() if not changed.isdisjoint(other.looked_at)]:
            del evaluations[task]

    def _take_effect(self, state: Task, effect: Effect) -> None:
        if effect.kind == "feeder":
            (queue,) = effect.args
            path = f"{state.process}/feeder.{queue}"
            if path not in self.tasks:
                self.tasks[path] = Task(path, state.process, "feeder", state.name, state.daemon)
                self.tasks[path].pending = self._own(path, state.process, queues.FEED, queue)
        elif effect.kind == "start":
            path, name, daemon, _ = effect.args
            self._add_process(path, name, daemon=daemon)
        elif effect.kind == "end":
            state.traceback = effect.args[1]
            self._end_process(state.process, effect.args[0], None)
        elif effect.kind == "kill":
            self._end_process(effect.args[0], effect.args[1], state.path)

    def vanish(self, process: str, exit_code: int) -> None:
        """Ends a process that is gone without having asked for it."""
        self.values["life", process] = exit_code
        self._evaluations.clear()
        self._end_process(process, exit_code, None)

    def _add_process(self, path: str, name: str, *, daemon: bool) -> None:
        task = Task(path, path, "main" if path == "main" else "process", name, daemon)
        task.pending = self._own(path, path, processes.BEGIN, path)
        self.tasks[path] = task
        self._unfinished_processes += 1

    def _own(self, task: str, process: str, kind: str, obj: str | None) -> Pending:
        """A step that a task takes without having asked for it."""
        op = self._recall.own(kind, obj)
        record = self.objects.get(obj) if obj is not None else None
        return self._recall.known(task, op, record) or self._recall.first(task, process, op, record)

    def _end_process(self, process: str, exit_code: int, killer: str | None) -> None:
        for task in self.tasks.values():
            if task.process != process or task.exit_code is not None:
                continue
            if task.pending is not None and (killer is not None or task.role == "feeder"):
                self.killed[task.path] = (task.pending, self._footprint_before_the_end(task))
            task.pending = None
            task.exit_code = exit_code
            task.killed_by = killer
        self._unfinished_processes -= 1

    def _footprint_before_the_end(self, task: Task) -> Footprint:
        """What the task would have touched, as if its process, whose "life" cell is written already, still ran."""
        assert task.pending is not None
        life: Cell = ("life", task.process)
        was = "started" if task.pending.op.kind == processes.BEGIN else "running"
        return self._recall.evaluation(
            task.pending, lambda cell, default: was if cell == life else self.values.get(cell, default), self.objects
        ).footprint

    # What is left at the end

    def waits(self) -> tuple[Wait, ...]:
        """Every unfinished task with what it waits for and who held that last, idle feeders left out."""
        return tuple(
            Wait(
                task,
                state.pending.op,
                state.pending.op.obj,
                holders(state.pending, self.values, self.objects),
                state.rounds.steps if state.rounds is not None and state.pending.left else 0,
            )
            for task, state in self.tasks.items()
            if state.pending is not None and not (state.role == "feeder" and queues.is_idle(state.pending, self.values))
        )

    def holds(self) -> dict[str, tuple[str, ...]]:
        """Task -> the locks it has taken and not given back, ended tasks included."""
        return taken(self.values, self.objects)

    def records(self) -> dict[str, TaskRecord]:
        return {path: task.record() for path, task in self.tasks.items()}
