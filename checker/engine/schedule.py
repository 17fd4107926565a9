"""One schedule from beginning to end: the loop between strategy, kernel and the program's tasks.

        strategy  <- enabled tasks, footprints -  kernel  <- next operation -  program (worker processes, or a script)
                  - chosen task ->                        - answer ->

Exactly one task runs at a time: the one whose step was granted last, until it asks for its next operation.
"""

from __future__ import annotations

import signal
import time
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from checker.counts import counted
from checker.engine.cycles import Cycles
from checker.engine.running import Otherwise, Pickled, Program, Resumable, Unpicklable, Vanished
from checker.engine.track import Landmark, Track
from checker.errors import MalformedMessage, NotRepeatable
from checker.kernel import Done, Failed, Kernel, NeedsPickle
from checker.strategies.base import Backtracking, Strategy, told_apart
from checker.trace import Chunk, Ending, EndKind, Json, Op, Reliance, Trace


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one schedule: granted steps, characters written to the terminal, and wall seconds.

    A schedule that runs into the seconds is cut off like one that runs into the steps: nothing is said of it.
    """

    steps: int = 2000
    output_chars: int = 1_000_000
    seconds: float = 60.0


def run_schedule(kernel: Kernel, strategy: Strategy, program: Program, limits: Limits) -> Trace:
    """Runs the program once, each step as the strategy chooses, and returns everything it did.

    Raises:
        NotRepeatable: the strategy follows an earlier schedule, or the program is remembered, and it does otherwise.
    """
    strategy.begin()
    return _Run(kernel, strategy, program, limits, Track()).run()


def resume_schedule(
    kernel: Kernel, strategy: Backtracking, program: Resumable, limits: Limits, track: Track, shared: int
) -> tuple[Trace, Kernel]:
    """The same, but goes on, if it can, from where the schedule of `track` was after at most its first `shared` steps.

    `track` is the strategy's last schedule, and becomes this one. Returns as well the kernel that it came to its end
    in: `kernel`, where it went all the way.
    """
    strategy.begin()
    landmark = track.back_to(shared)
    if landmark is not None:
        kept = landmark.kernel.copy()
        assert kept is not None
        kernel = kept
        program.go_to(landmark.program)
        strategy.skip(landmark.steps)
    run = _Run(kernel, strategy, program, limits, track)
    if landmark is not None:
        run.resume(landmark)
    return run.run(program), kernel


class _Run:
    """The state of the loop. Everything about the program's own state is in the kernel."""

    def __init__(self, kernel: Kernel, strategy: Strategy, program: Program, limits: Limits, track: Track) -> None:
        self._kernel = kernel
        self._strategy = strategy
        self._program = program
        self._limits = limits
        self._track = track
        self._steps = track.steps
        self._chunks = track.chunks
        self._output_chars = 0
        self._relies: set[Reliance] = set()
        self._result: tuple[bool, Json] = (False, None)
        self._ending: Ending | None = None
        self._cycles = Cycles(track.enabled)
        self._cycle_steps = 0

    def resume(self, landmark: Landmark) -> None:
        """Goes on from there, in a copy of its kernel."""
        self._output_chars = landmark.output_chars
        self._relies = set(landmark.relies)
        self._result = landmark.result

    def run(self, resumable: Resumable | None = None) -> Trace:
        """Runs to the end; where the program is resumable, states on the way are kept in the track."""
        kernel, strategy, limit, enabled_before = self._kernel, self._strategy, self._limits.steps, self._track.enabled
        until = time.monotonic() + self._limits.seconds
        while self._ending is None:
            enabled = kernel.enabled()
            if not enabled:
                self._ending = Ending(EndKind.FINISHED if kernel.finished else EndKind.STUCK)
            elif len(self._steps) >= limit:
                self._ending = Ending(EndKind.STEP_LIMIT, detail=counted(limit, "step"))
            elif time.monotonic() > until:
                self._ending = Ending(EndKind.STEP_LIMIT, detail=f"{self._limits.seconds:g} s")
            else:
                if resumable is not None and self._track.is_due(len(kernel.values)):
                    self._keep(resumable)
                enabled_before.append(enabled)
                task = strategy.choose(kernel, enabled)
                if task is None:
                    self._ending = Ending(EndKind.PRUNED)
                else:
                    self._step(task)
        strategy.end(kernel, complete=self._ending.kind in (EndKind.FINISHED, EndKind.STUCK))
        return self._trace(self._ending)

    def _keep(self, program: Resumable) -> None:
        kernel = self._kernel.copy()
        if kernel is not None:
            landmark = Landmark(
                len(self._steps),
                kernel,
                program.mark(),
                len(self._chunks),
                self._output_chars,
                frozenset(self._relies),
                self._result,
            )
            self._track.landmarks.append(landmark)

    def _step(self, task: str) -> None:
        granted = self._kernel.step(task)
        self._steps.append(granted.step)
        self._strategy.granted(granted)
        over = False
        for effect in granted.effects:
            over = self._take_effect(task, effect.kind, effect.args) or over
        if self._ending is not None or over:
            return
        pending, outcome = granted.pending, granted.outcome
        process = pending.process
        try:
            if type(outcome) is NeedsPickle:
                self._provide(task, self._program.pickle(process, outcome.queue, outcome.n))
            elif (type(outcome) is Done or type(outcome) is Failed) and self._kernel.pending(task) is None:
                begins = pending.op.kind == "begin"
                news, op = self._program.begin(process) if begins else self._program.answer(task, outcome)
                if news:
                    self._kernel.create(task, news)
                self._kernel.submit(task, op)
                if op.place is not None:
                    self._look_for_cycle(task)
        except Vanished as gone:
            self._kernel.vanish(gone.process, gone.exit_code)
            self._ending = Ending(EndKind.VANISHED, gone.process, pending.op.line, detail=_died(gone.exit_code))
        except MalformedMessage as error:
            self._ending = Ending(EndKind.MALFORMED, process, pending.op.line, detail=str(error))
        except Otherwise as other:
            raise NotRepeatable(len(self._steps), *told_apart(other.remembered, other.said), other.said.line) from None

    def _look_for_cycle(self, task: str) -> None:
        self._cycle_steps = self._cycles.steps(self._kernel, task, self._steps)
        if self._cycle_steps:
            self._ending = Ending(EndKind.CYCLE, detail=counted(self._cycle_steps, "step"))

    def _rely(self, task: str, word: str) -> None:
        try:
            self._relies.add(Reliance(word))
        except ValueError:
            self._ending = Ending(EndKind.MALFORMED, task, detail=f"reliance on {word[:60]!r}")

    def _provide(self, task: str, pickled: Pickled | Unpicklable | Op) -> None:
        """Goes on with what came of pickling; CPython's feeder prints why an item cannot be pickled, and drops it."""
        if isinstance(pickled, Pickled):
            if pickled.changed:
                self._relies.add(Reliance.CHANGED)
            self._kernel.provide(task, pickled.data)
        elif isinstance(pickled, Unpicklable):
            self._take_effect(task, "chunk", ("stderr", pickled.traceback))
            self._kernel.provide(task, None)
        elif pickled.kind == "refuse":
            reason, sentence = pickled.args
            self._ending = Ending(EndKind.REFUSED, task, pickled.line, reason, sentence)
        else:
            self._ending = Ending(EndKind.ENDLESS_LOOP, task, pickled.line)

    def _take_effect(self, task: str, kind: str, args: tuple[Any, ...]) -> bool:
        """Does what a step does beyond the kernel; returns whether the task that took it hears no answer any more."""
        if kind == "chunk":
            stream, text = args
            self._chunks.append(Chunk(task, stream, text))
            self._output_chars += len(text)
            if self._output_chars > self._limits.output_chars:
                detail = f"more than {self._limits.output_chars:,} characters"
                self._ending = Ending(EndKind.OUTPUT_LIMIT, task, self._steps[-1].op.line, detail=detail)
        elif kind == "start":
            path, name, daemon, pickled = args
            self._program.start(path, name, pickled, daemon=daemon)
        elif kind == "end":
            if task == "main":
                self._result = (args[2], args[3])
            self._program.ended(task)
            return True
        elif kind == "kill":
            victim = self._kernel.killed.get(args[0])
            if victim is not None and victim[0].op.kind == "stdout.write":
                self._relies.add(Reliance.DEATH)  # what it was printing may still come
            self._program.kill(args[0])
            return self._kernel.tasks[task].exit_code is not None
        elif kind == "refuse":
            self._ending = Ending(EndKind.REFUSED, task, self._steps[-1].op.line, args[0], args[1])
        elif kind == "rely":
            self._rely(task, args[0])
        elif kind == "endless_loop":
            self._ending = Ending(EndKind.ENDLESS_LOOP, task, self._steps[-1].op.line)
        return False

    def _trace(self, ending: Ending) -> Trace:
        kernel = self._kernel
        stuck = ending.kind is EndKind.STUCK
        return Trace(
            steps=tuple(self._steps),
            ending=ending,
            tasks=kernel.records(),
            objects=kernel.objects,
            chunks=tuple(self._chunks),
            has_returned=self._result[0],
            returned=_own(self._result[1]),
            makespan_s=max(kernel.clocks.tasks.values(), default=0.0),
            waits=kernel.waits() if stuck else (),
            holds=kernel.holds() if stuck else {},
            relies=frozenset(self._relies),
            cycle_steps=self._cycle_steps,
            fine=kernel.fine,
        )


def _died(exit_code: int) -> str:
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"


def _own(value: Json) -> Json:
    """A copy, since a spec may change it and other schedules end with the same; one too deep for that is as it was."""
    try:
        return deepcopy(value)
    except RecursionError:
        return value
