"""Starts real runs, watches up to two at a time, and ends every process of each, whatever happens."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checker.errors import InfraError, UsageError
from checker.realrun import processes
from checker.realrun.guard import Guard
from checker.realrun.outcome import RealOutcome, RealRun
from checker.realrun.streams import Streams

MAX_OUTPUT_BYTES = 1024 * 1024
AT_ONCE = 2
LEFTOVER_GRACE_S = 0.5
BETWEEN_LOOKS_S = 0.2

_TICK_S = 0.01
_DRIVER = Path(__file__).with_name("driver.py")


def run_real(file: Path, args: Sequence[Any], start_method: str, timeout_s: float) -> RealRun:
    """Runs `main(*args)` of a file for real, once.

    Args:
        file: the program.
        args: JSON values.
        start_method: "fork", "spawn" or "forkserver".
        timeout_s: wall seconds.

    Raises:
        UsageError: this system has no such start method.
        InfraError: the machine has no process or descriptor left for it.
        KeyboardInterrupt: Ctrl-C; no process is left then either.
    """
    return run_many(file, args, [start_method], timeout_s)[0]


def run_many(
    file: Path,
    args: Sequence[Any],
    start_methods: Sequence[str],
    timeout_s: float,
    holds: Callable[[RealRun], bool] = lambda run: run.outcome is RealOutcome.FINISHED,
) -> tuple[RealRun, ...]:
    """Runs `main(*args)` once for each of the start methods, two at a time, until one run does not hold.

    Args:
        holds: whether a run is as it should be; the first that is not is the last of those returned, and any other
            still running is ended and forgotten.

    Returns:
        The runs in the order in which they ended.

    Raises:
        UsageError, InfraError, KeyboardInterrupt: as `run_real`.
    """
    for start_method in start_methods:
        if start_method not in multiprocessing.get_all_start_methods():
            raise UsageError(f"This system has no start method {start_method!r}.")
    waiting = deque(start_methods)
    running: list[_Run] = []
    ended: list[RealRun] = []
    with _interrupt_deferred() as check_interrupt, Guard() as guard:
        try:
            while running or waiting:
                check_interrupt()
                while waiting and len(running) < AT_ONCE:
                    running.append(_Run(file, args, waiting.popleft(), timeout_s))
                    guard.watch(running[-1].marker)
                    running[-1].start()
                _await_news(running)
                for run in list(running):
                    result = run.advance()
                    if result is not None:
                        running.remove(run)
                        run.end()
                        guard.forget(run.marker)
                        ended.append(result)
                        if not holds(result):
                            return tuple(ended)
        finally:
            for run in running:
                run.end()
                guard.forget(run.marker)
    return tuple(ended)


class _Run:
    """One real run, from its start to the end of its last process."""

    def __init__(self, file: Path, args: Sequence[Any], start_method: str, timeout_s: float) -> None:
        self.file = file.resolve()
        self.args = json.dumps(list(args))
        self.start_method = start_method
        self.timeout_s = timeout_s
        self.marker = secrets.token_hex(8)
        self.driver: subprocess.Popen[bytes] | None = None
        self.streams: Streams | None = None
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        self.started_s = time.monotonic()
        self.exited_s: float | None = None
        self.last_look: tuple[float, list[int], processes.Look] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment[processes.MARKER] = self.marker
        try:
            self.folder = tempfile.TemporaryDirectory(prefix="real-run-", ignore_cleanup_errors=True)
            self.streams = streams = Streams()
            command = [sys.executable, "-P", "-s", "-B", str(_DRIVER), streams.result_argument()]
            self.driver = subprocess.Popen(
                [*command, self.start_method, str(self.file), self.args],
                stdin=subprocess.DEVNULL,
                stdout=streams.stdout.theirs,
                stderr=streams.stderr.theirs,
                pass_fds=() if sys.platform == "win32" else (streams.result.theirs,),
                cwd=self.folder.name,
                env=environment,
                start_new_session=sys.platform != "win32",
            )
        except OSError as error:
            raise InfraError(f"Cannot start a process for a real run: {error}") from error
        for stream in streams.all():
            stream.close_theirs()

    def advance(self) -> RealRun | None:
        """Takes the output that is there, looks at the processes, and says how the run ended once it has."""
        assert self.streams is not None
        now_s = time.monotonic()
        # Asked for before the output is taken: what an ended process has printed is then all there.
        exit_code = self._exit_code()
        if not self.streams.read(MAX_OUTPUT_BYTES):
            return self._result(RealOutcome.OUTPUT, f"it printed more than {MAX_OUTPUT_BYTES >> 20} MiB", None)
        if exit_code is not None:
            return self._after_exit(exit_code, now_s)
        if now_s - self.started_s > self.timeout_s:
            return self._after_timeout(now_s)
        return None

    def _exit_code(self) -> int | None:
        """The driver's exit code, without collecting it: as long as it is not collected its pid is not used again."""
        assert self.driver is not None
        if sys.platform == "win32":
            return self.driver.poll()
        seen = os.waitid(os.P_PID, self.driver.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if seen is None:
            return None
        return seen.si_status if seen.si_code == os.CLD_EXITED else -seen.si_status

    def _after_exit(self, exit_code: int, now_s: float) -> RealRun | None:
        assert self.streams is not None
        report = self._report()
        if exit_code != 0 or "failed" in report:
            why = report.get("failed") or (
                f"it was killed by signal {-exit_code}" if exit_code < 0 else f"it ended with exit code {exit_code}"
            )
            return self._result(RealOutcome.FAILED, str(why), exit_code)
        left = processes.of_run(self.marker, self._leader())
        if not left:
            self.streams.read(MAX_OUTPUT_BYTES)  # the last to end may have printed since
            return self._result(RealOutcome.FINISHED, "it finished", exit_code)
        if self.exited_s is None:
            self.exited_s = now_s
        # One that is busy may be about to end on a machine that is slow: it gets the rest of the time.
        out_of_time = now_s - self.started_s > self.timeout_s
        if now_s - self.exited_s > LEFTOVER_GRACE_S and (out_of_time or self._seen_asleep(left, now_s)):
            count = "a process" if len(left) == 1 else f"{len(left)} processes"
            return self._result(RealOutcome.LEFTOVER, f"it ended and left {count} behind", exit_code)
        return None

    def _after_timeout(self, now_s: float) -> RealRun | None:
        pids = processes.of_run(self.marker, self._leader())
        time_text = f"it did not end within {self.timeout_s:g} s"
        if self.last_look is None and processes.can_look():
            self._seen_asleep(pids, now_s)
            return None
        if self.last_look is not None and now_s - self.last_look[0] < BETWEEN_LOOKS_S:
            return None
        if self._seen_asleep(pids, now_s) and self.last_look is not None and not self.last_look[2].timed:
            every = "its process waits" if len(pids) == 1 else f"the {len(pids)} processes that are left all wait"
            return self._result(RealOutcome.BLOCKED, f"{time_text}: {every}", None)
        return self._result(RealOutcome.TIMEOUT, f"{time_text}; it may only be slow", None)

    def _seen_asleep(self, pids: list[int], now_s: float) -> bool:
        """Whether two looks, some time apart, saw the same processes asleep and none of them ran in between."""
        if not processes.can_look() or (self.last_look and now_s - self.last_look[0] < BETWEEN_LOOKS_S):
            return False
        before, now = self.last_look, (now_s, pids, processes.look(pids))
        self.last_look = now
        return before is not None and before[1:] == now[1:] and now[2].asleep

    def _report(self) -> dict[str, Any]:
        """What the driver said through its pipe: data of the student's, so nothing about it is taken for granted."""
        assert self.streams is not None
        line = self.streams.result.text(MAX_OUTPUT_BYTES).partition("\n")[0]
        try:
            report = json.loads(line)
        except (ValueError, RecursionError):
            return {}
        return report if isinstance(report, dict) else {}

    def _result(self, outcome: RealOutcome, why: str, exit_code: int | None) -> RealRun:
        assert self.streams is not None
        report = self._report()
        return RealRun(
            start_method=self.start_method,
            outcome=outcome,
            has_returned="returned" in report,
            returned=report.get("returned"),
            stdout=self.streams.stdout.text(MAX_OUTPUT_BYTES),
            stderr=self.streams.stderr.text(MAX_OUTPUT_BYTES),
            exit_code=exit_code,
            seconds=time.monotonic() - self.started_s,
            sentence=why,
        )

    def _leader(self) -> int | None:
        return None if self.driver is None else self.driver.pid

    def end(self) -> None:
        """Ends every process of the run and gives back all that it used."""
        processes.end_all(self.marker, self._leader())
        if self.driver is not None:
            self.driver.wait()
        if self.streams is not None:
            self.streams.close()
        if self.folder is not None:
            self.folder.cleanup()


def _await_news(running: list[_Run]) -> None:
    """Waits a moment, less if one of the runs prints or reports something."""
    streams = [stream for run in running if run.streams is not None for stream in run.streams.all()]
    waiting = [stream.ours for stream in streams if not stream.ended]
    if sys.platform == "win32" or not waiting:
        time.sleep(_TICK_S)
        return
    poll = select.poll()  # not select: a large program's descriptors may be above its limit
    for descriptor in waiting:
        poll.register(descriptor, select.POLLIN)
    poll.poll(_TICK_S * 1000)


@contextmanager
def _interrupt_deferred() -> Iterator[Callable[[], None]]:
    """Ctrl-C, and what else asks this process to end, is kept until the function that this gives is called.

    That raises KeyboardInterrupt; so cleaning up is never cut short. Only the main thread sees signals and may do this;
    in any other there is nothing to defer.
    """
    heard: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def check() -> None:
        if heard:
            raise KeyboardInterrupt

    wanted = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in wanted}
    mine = [number for number in wanted if before[number] is not signal.SIG_IGN]
    for number in mine:
        signal.signal(number, lambda number, _frame: heard.append(number))
    try:
        yield check
    finally:
        for number in mine:
            handler = before[number]
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in heard:
            if number != signal.SIGINT:
                signal.raise_signal(number)
    check()
