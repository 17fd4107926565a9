"""The engine: runs a program once under control, as often as asked, and leaves no process behind."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from checker.engine.behaviour import UNTOLD, Remembering
from checker.engine.call import Asking, Call, Manner
from checker.engine.drain import Drain
from checker.engine.moments import Behaviour
from checker.engine.pool import Pool
from checker.engine.program import WorkerProgram
from checker.engine.schedule import Limits, resume_schedule, run_schedule
from checker.engine.track import Track
from checker.engine.workers import ForkedWorkers, StartedWorkers, pin_to_one_core
from checker.errors import InfraError, NotRepeatable, StartAgain
from checker.kernel import Kernel, Recall, needs_split, recall
from checker.strategies.base import Backtracking, Strategy
from checker.trace import EndKind, Json, Trace

MAX_DRAIN_STEPS = 300
_COLLECTING = (20_000, 50, 100)
"""How seldom this process looks for garbage: nearly all that is made is kept, or goes by itself."""
ATTENDED_EVERY = 128
"""One schedule in so many has all processes run, whatever is remembered of them."""


class Engine:
    """Runs one program under control; a context manager. Not for use from several threads.

    Args:
        file: the program.
        seed: what its processes' random seeds are derived from.
        cpu_limit_s: CPU seconds without a scheduling point that count as an endless loop.
        fine: take finer steps from the beginning (see `kernel.memory`); set by the engine itself when they are needed.
        computing: told the name of a process that computes without a scheduling point, and about how many CPU seconds.
        start_method: how worker processes are made: "fork" from a zygote, or "spawn"; None: fork where there is one.
        manner: how the program is run.
        cores: those that it may use, the calling thread's if there are none. It pins itself to one of them.
        within: where its folder is made; None: where the system has its temporary files.

    Attributes:
        folder: its own, once it was entered, with all that it and its processes write; removed at the end.
    """

    def __init__(
        self,
        file: Path,
        *,
        seed: int = 0,
        cpu_limit_s: float = 5.0,
        start_method: str | None = None,
        fine: bool = False,
        computing: Callable[[str, float], None] = lambda name, cpu_s: None,
        manner: Manner = Manner(),  # noqa: B008 - it is frozen
        cores: Collection[int] = (),
        within: Path | None = None,
    ) -> None:
        self._file = file.resolve()
        self._seed = seed
        self._cpu_limit_s = cpu_limit_s
        self._computing = computing
        self.fine = fine
        self._posting = True
        self._behaviours: dict[str, Behaviour] | None = {}
        self._runs = 0
        self._track: Track | None = None
        self._track_of: tuple[Strategy | None, tuple[Any, ...]] = (None, ())
        self._recalls: dict[tuple[str, bool], Recall] = {}
        self.start_method = start_method or ("fork" if hasattr(os, "fork") else "spawn")
        if self.start_method != "fork":  # whom a worker would fork falls to nobody who could end it
            manner = replace(manner, asking=Asking.SPAWNED)
        self._manner = manner
        self._cores: set[int] | None = None
        self._allowed = frozenset(cores)
        self._within = within

    def __enter__(self) -> Engine:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="checker-", dir=self._within))
        except OSError as error:
            raise InfraError(f"no temporary folder can be made: {error.strerror}") from None
        try:
            if self._allowed:
                os.sched_setaffinity(0, self._allowed)
            self._directory, self._temporary = self.folder / "run", self.folder / "tmp"
            self._empty()
            make = ForkedWorkers if self.start_method == "fork" else StartedWorkers
            self._source = make(self._manner.environment)
        except BaseException:
            self._restore()
            raise
        self._cores = pin_to_one_core()
        self._collecting = gc.get_threshold()
        gc.set_threshold(*_COLLECTING)
        self._pool = Pool(self._source)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with _undisturbed():
            try:
                self._pool.close()
                self._source.close()
            finally:
                gc.set_threshold(*self._collecting)
                self._restore()

    def _restore(self) -> None:
        if self._cores is not None:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, self._cores)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _empty(self) -> None:
        """Empties the folders that are the program's own: the next run finds nothing of this one."""
        for folder in (self._directory, self._temporary):
            with contextlib.suppress(OSError):
                folder.mkdir(exist_ok=True)
            _clear(folder)

    def twin(self) -> Engine:
        """Another engine, not entered yet, for the same program; for use in another thread."""
        return Engine(
            self._file,
            seed=self._seed,
            cpu_limit_s=self._cpu_limit_s,
            start_method=self.start_method,
            fine=self.fine,
            manner=self._manner,
            cores=self.spare_cores,
        )

    @property
    def spare_cores(self) -> set[int]:
        """The cores that this engine might have been pinned to and was not; none where the system cannot pin."""
        return self._cores - os.sched_getaffinity(0) if self._cores else set()

    def run_once(
        self, args: Sequence[Json], strategy: Strategy, limits: Limits, *, output: str = "ordered", fresh: bool = False
    ) -> Trace:
        """Runs the program with `args` once, each step as the strategy chooses.

        Args:
            output: what of the printed order can be seen; a word of `spec.Output`.
            fresh: no process of this run had a task before, and none gets another; none posts (see `wire`), and nothing
                is remembered of other runs (see `kernel.recall`).

        Raises:
            NotRepeatable: the strategy follows an earlier schedule, and the program does not; or one of its processes
                did something else than it had in another schedule, where it was told the same.
            StartAgain: the program can see what was taken as one step, or did what it posted too early to be undone,
                or relied on what nobody controls while some of its processes were only remembered; the engine now takes
                finer steps, lets nobody post, or remembers nothing, and all that was explored so far is void.
            InfraError: the machine failed.
        """
        pool = self._pool
        if fresh:
            pool.discard_idle()
        pool.warm = not fresh
        posting = self._posting and not fresh
        folders = self._directory, self._temporary
        call = Call(self._file, args, *folders, self._seed, self._cpu_limit_s, posting, self._manner)
        program = WorkerProgram(call, pool, self._computing)
        remembering = None if fresh else self._remembering(program, args, strategy)
        kernel = Kernel(output, fine=self.fine, remembered=None if fresh else self._remembered(output))
        try:
            trace = self._run(kernel, strategy, program, remembering, limits, (repr(args), output, self.fine))
        except (StartAgain, NotRepeatable) as error:
            self.forget()
            if isinstance(error, StartAgain):
                self._posting = False
            else:
                self._behaviours = None
            raise
        finally:
            program.close()
            if program.has_run:
                self._empty()
        untold = not trace.relies.isdisjoint(UNTOLD)
        if untold:
            self._behaviours = None
        split = not self.fine and needs_split(trace)
        self.fine = self.fine or split
        if split or (untold and remembering is not None and not remembering.attended):
            raise StartAgain
        return trace

    def _run(
        self,
        kernel: Kernel,
        strategy: Strategy,
        program: WorkerProgram,
        remembering: Remembering | None,
        limits: Limits,
        what: tuple[Any, ...],
    ) -> Trace:
        """One schedule; `what` it must have in common with the strategy's last one to go on from that."""
        if remembering is None:
            self._track = None  # the strategy's last schedule is no longer that one
            return run_schedule(kernel, strategy, program, limits)
        shared = getattr(strategy, "shared", None)
        if shared is None:
            trace = run_schedule(kernel, strategy, remembering, limits)
            remembering.behaviour.drawn(len(trace.steps), remembering.news)
        else:
            if self._track is None or self._track_of[0] is not strategy or self._track_of[1] != what:
                self._track, self._track_of, shared = Track(), (strategy, what), 0
            shared = 0 if remembering.attended else shared
            backtracking = cast("Backtracking", strategy)
            trace, kernel = resume_schedule(kernel, backtracking, remembering, limits, self._track, shared)
        if trace.ending.kind is EndKind.PRUNED and program.is_running:
            run_schedule(kernel, Drain(), remembering, Limits(steps=MAX_DRAIN_STEPS))
        return trace

    def forget(self) -> None:
        """Forgets what processes said, and how schedules went: in the next schedule all processes run."""
        self._track = None
        if self._behaviours is not None:
            self._behaviours = {}

    def _remembering(self, program: WorkerProgram, args: Sequence[Json], strategy: Strategy) -> Remembering | None:
        """The program with what is remembered of it; None where nothing may be, or it is not worth it."""
        if self._behaviours is None:
            return None
        behaviour = self._behaviours.setdefault(repr(args), Behaviour())
        if not (hasattr(strategy, "shared") or behaviour.takes_in_next_drawn()):
            return None
        self._runs += 1
        return Remembering(program, behaviour, attended=_is_attended(self._runs))

    def _remembered(self, output: str) -> Recall:
        known = self._recalls.get((output, self.fine))
        if known is None:
            known = self._recalls[output, self.fine] = recall(output, fine=self.fine)
        return known


def _is_attended(number: int) -> bool:
    """Whether all processes run in the schedule of this number: in the first few, and now and then."""
    return number & (number - 1) == 0 or number % ATTENDED_EVERY == 0


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Keeps signals that end this process until the end, so that cleaning up is never cut short."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept: list[int] = []
    both = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(which, lambda number, frame: kept.append(number)) for which in both]
    try:
        yield
    finally:
        for which, handler in zip(both, before, strict=True):
            signal.signal(which, signal.SIG_DFL if handler is None else handler)
    for number in kept:
        signal.raise_signal(number)


def _clear(directory: Path) -> None:
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry)
