"""A student's program in worker processes: what the schedule loop tells its tasks and hears from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from checker.engine.schedule import Asked, Pickled, Unpicklable, Vanished
from checker.engine.workers import LOOK_EVERY_S, Worker
from checker.errors import MalformedMessage
from checker.kernel import Done, Failed
from checker.trace import Json, Op
from checker.wire import TooLarge, validated_request, virtual_pid

SILENCE_S = 20.0
"""Wall seconds after which a worker that sleeps, and says nothing, is taken to wait for something not controlled."""
SILENCE_MIDWAY_S = 5.0
"""Wall seconds after which a worker that sleeps in the middle of a message is taken to send a broken one."""
_SLOW_BYTES = 64 * 1024
"""What a worker that really sends gets across, at the least, in `LOOK_EVERY_S`."""


class WorkerSource(Protocol):
    """Where workers come from."""

    def new(self) -> Worker: ...
    def kill(self, worker: Worker) -> int: ...
    def end(self, worker: Worker) -> None: ...
    def reap(self, worker: Worker) -> int: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Call:
    """What to run: `main(*args)` of the program `file`, in the folder `directory`.

    `seed` is what every process's own random seed is derived from. `cpu_limit_s` CPU seconds without a scheduling point
    are an endless loop.
    """

    file: Path
    args: Sequence[Json]
    directory: Path
    seed: int = 0
    cpu_limit_s: float = 5.0


class Pool:
    """Workers that wait for a task, warm or fresh."""

    def __init__(self, source: WorkerSource, *, warm: bool = True) -> None:
        self._source = source
        self._idle: list[Worker] = []
        self.warm = warm

    def take(self) -> Worker:
        """A worker that has no task."""
        return self._idle.pop() if self._idle else self._source.new()

    def give_back(self, worker: Worker, *, reusable: bool) -> None:
        """Takes back a worker whose task has ended."""
        if reusable and self.warm and not worker.channel.pending_bytes:
            self._idle.append(worker)
        else:
            self._source.end(worker)

    def kill(self, worker: Worker) -> int:
        """Kills a worker; returns its exit code."""
        return self._source.kill(worker)

    def reap(self, worker: Worker) -> int:
        """The exit code of a worker that has hung up."""
        return self._source.reap(worker)

    def close(self) -> None:
        """Ends the conversations with the warm workers; they end by themselves then."""
        while self._idle:
            self._idle.pop().channel.close()

    def discard_idle(self) -> None:
        """Kills the warm workers, so that the next tasks get fresh ones."""
        while self._idle:
            self._source.end(self._idle.pop())


class WorkerProgram:
    """One run of the program; see `schedule.Program` for the methods."""

    def __init__(
        self, call: Call, pool: Pool, computing: Callable[[str, float], None] = lambda name, cpu_s: None
    ) -> None:
        self._call = call
        self._computing = computing
        self._pool = pool
        self._workers: dict[str, Worker] = {}
        self._starts = {"main": ("MainProcess", b"", False)}

    def start(self, process: str, name: str, pickled: bytes, *, daemon: bool) -> None:
        self._starts[process] = (name, pickled, daemon)

    def begin(self, process: str) -> Asked:
        call = self._call
        parent = process.rpartition(".")[0]
        name, pickled, daemon = self._starts[process]
        fields = {
            "path": process,
            "name": name,
            "file": str(call.file),
            "call": None if parent else list(call.args),
            "pid": virtual_pid(process),
            "parent_pid": virtual_pid(parent),
            "parent_name": self._starts[parent][0] if parent else None,
            "daemon": daemon,
            "seed": call.seed,
            "directory": str(call.directory),
            "cpu_limit_s": call.cpu_limit_s,
        }
        worker = self._pool.take()
        self._workers[process] = worker
        self._send(process, worker, ["task", fields], pickled)
        return self._hear(process, worker)

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        worker = self._workers[task]
        try:
            if type(outcome) is Done:
                self._send(task, worker, ["ok", outcome.answer], outcome.data)
            else:
                self._send(task, worker, ["raise", *outcome], b"")
        except TooLarge as error:
            sentence = f"reading so much at once is not controlled: {error}"
            return Asked([], Op("refuse", None, ("uncontrolled", sentence), None))
        return self._hear(task, worker)

    def pickle(self, process: str, queue: str, n: int) -> Pickled | Unpicklable | Op:
        worker = self._workers[process]
        self._send(process, worker, ["pickle", queue, n], b"")
        message, data = self._receive(process, worker)
        match message:
            case ["pickled", bool(changed)]:
                return Pickled(data, changed)
            case ["unpicklable", str(text)]:
                return Unpicklable(text)
        kind, obj, args, line, _ = validated_request(message)
        if kind not in ("refuse", "endless_loop"):
            raise MalformedMessage("no pickle where one was asked for")
        return Op(kind, obj, tuple(args), line)

    def ended(self, process: str, *, reusable: bool) -> None:
        worker = self._workers.pop(process)
        if reusable and self._pool.warm:  # else it is killed, and need not know
            try:
                worker.channel.send(["ok", None])
            except OSError:
                reusable = False
        self._pool.give_back(worker, reusable=reusable)

    def kill(self, process: str) -> None:
        worker = self._workers.pop(process, None)
        if worker is not None:
            self._pool.kill(worker)

    def close(self) -> None:
        """Kills what is left of the program."""
        while self._workers:
            self._pool.kill(self._workers.popitem()[1])

    def _send(self, process: str, worker: Worker, message: Json, data: bytes) -> None:
        try:
            worker.channel.send(message, data)
        except OSError:
            raise self._vanished(process, worker) from None

    def _hear(self, process: str, worker: Worker) -> Asked:
        message, data = self._receive(process, worker)
        kind, obj, args, line, news = validated_request(message)
        return Asked(news, Op(kind, obj, tuple(args), line, data))

    def _receive(self, process: str, worker: Worker) -> tuple[Json, bytes]:
        try:
            return worker.channel.receive()
        except BlockingIOError:
            return self._wait(process, worker)
        except (EOFError, OSError):
            raise self._vanished(process, worker) from None

    def _wait(self, process: str, worker: Worker) -> tuple[Json, bytes]:
        """Waits for a worker that is slow: it works, loops for ever, or waits for what nobody controls."""
        first = last = worker.cpu_seconds()
        arrived = worker.channel.pending_bytes
        silent_s = LOOK_EVERY_S
        while True:
            try:
                return worker.channel.receive()
            except BlockingIOError:
                pass
            except (EOFError, OSError):
                raise self._vanished(process, worker) from None
            now = worker.cpu_seconds()
            if now is None or first is None or last is None:
                silent_s += LOOK_EVERY_S
                if silent_s < 3 * (SILENCE_S + self._call.cpu_limit_s):
                    continue
                return ["endless_loop", None, [], None, []], b""
            if now - last > 0.1:
                name = "main" if process == "main" else self._starts[process][0]
                self._computing(name, now - first + LOOK_EVERY_S)
            if now - first > self._call.cpu_limit_s + 2.0:
                return ["endless_loop", None, [], None, []], b""
            before, arrived = arrived, worker.channel.pending_bytes
            idle = arrived - before < _SLOW_BYTES if arrived else worker.is_asleep()
            silent = idle and now - last < 0.05
            silent_s = silent_s + LOOK_EVERY_S if silent else 0.0
            last = now
            if arrived and silent_s >= SILENCE_MIDWAY_S:
                raise MalformedMessage("a message that never ends")
            if silent_s >= SILENCE_S:
                sentence = "a process waits for something that the checker does not control"
                return ["refuse", None, ["uncontrolled", sentence], None, []], b""

    def _vanished(self, process: str, worker: Worker) -> Vanished:
        self._workers.pop(process, None)
        return Vanished(process, self._pool.reap(worker))
