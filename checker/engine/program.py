"""A student's program in worker processes: what the schedule loop tells its tasks and hears from them."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable

from checker.engine.call import Call, Entry
from checker.engine.messages import SETTLE, answer, validated
from checker.engine.pool import Pool
from checker.engine.running import Asked, Pickled, Unpicklable, Vanished
from checker.engine.workers import LOOK_EVERY_S, Worker, pair
from checker.errors import InfraError, MalformedMessage, StartAgain
from checker.kernel import Done, Failed
from checker.trace import Json, Op
from checker.vocabulary import FORKED
from checker.wire import TooLarge, decoded, encoded, virtual_pid

SILENCE_S = 20.0
"""Wall seconds after which a worker that sleeps, and says nothing, is taken to wait for something not controlled."""
SILENCE_MIDWAY_S = 5.0
"""Wall seconds after which a worker that sleeps in the middle of a message is taken to send a broken one."""
_SLOW_BYTES = 64 * 1024
"""What a worker that really sends gets across, at the least, in `LOOK_EVERY_S`."""
_MAX_PID, _MAX_ERRNO = 1 << 22, 4096
_KNOWN_BEFOREHAND = (None, True)  # what the answer to an operation that is posted can be


class WorkerProgram:
    """One run of the program; see `running.Program` for the methods. `has_run`: a process of it has begun.

    `begin`, `answer` and `pickle` raise StartAgain where what it did too early, because it posted, must be undone.
    """

    def __init__(
        self, call: Call, pool: Pool, computing: Callable[[str, float], None] = lambda name, cpu_s: None
    ) -> None:
        self._call = call
        self._computing = computing
        self._pool = pool
        self._workers: dict[str, Worker] = {}
        self._posted: set[str] = set()
        self._spoiled: set[str] = set()
        self._starts = {"main": ("MainProcess", b"", False)}
        self._to_fork: str | None = None
        self.has_run = False

    @property
    def is_running(self) -> bool:
        """Whether a process of it is left."""
        return bool(self._workers)

    def start(self, process: str, name: str, pickled: bytes, *, daemon: bool) -> None:
        self._to_fork = process if pickled == FORKED else None
        self._starts[process] = (name, b"" if self._to_fork else pickled, daemon)

    def begin(self, process: str) -> Asked:
        call = self._call
        parent = process.rpartition(".")[0]
        name, pickled, daemon = self._starts[process]
        fields = {
            "path": process,
            "name": name,
            "file": str(call.file),
            "call": None if parent or call.manner.entry is Entry.SCRIPT else list(call.args),
            "argv": list(call.args) if call.manner.entry is Entry.SCRIPT else None,
            "start_method": call.manner.start_method,
            "asking": call.manner.asking.value,
            "pid": virtual_pid(process),
            "parent_pid": virtual_pid(parent),
            "parent_name": self._starts[parent][0] if parent else None,
            "daemon": daemon,
            "seed": call.seed,
            "directory": str(call.directory),
            "temporary": str(call.temporary),
            "home": call.manner.home,
            "cpu_limit_s": call.cpu_limit_s,
            "posting": call.posting,
            "warm": self._pool.warm,
        }
        self.has_run = True
        worker = self._workers.get(process) or self._pool.take()  # it is there if it was forked
        self._workers[process] = worker
        self._send(process, worker, encoded(["task", fields], pickled))
        return self._hear(process, worker)

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        worker = self._workers[task]
        if self._to_fork is not None:
            self._fork(task, worker, self._to_fork)
        elif task in self._posted:
            if isinstance(outcome, Failed) or outcome.answer not in _KNOWN_BEFOREHAND:
                raise StartAgain
        else:
            try:
                frame = answer(outcome)
            except TooLarge as error:
                sentence = f"reading so much at once is not controlled: {error}"
                return Asked([], Op("refuse", None, ("uncontrolled", sentence), None))
            self._send(task, worker, frame)
        return self._hear(task, worker)

    def _fork(self, parent: str, worker: Worker, child: str) -> None:
        """Answers the start of a child by fork: sends the worker the child's end of a conversation, and it forks."""
        self._to_fork = None
        if parent in self._posted:
            raise MalformedMessage("a fork was posted, which it must not be")
        ours, theirs = pair()
        try:
            with theirs:
                self._send_with_descriptor(parent, worker, theirs.fileno())
            match decoded(self._receive(parent, worker)[0]):
                case ["forked", int(pid)] if 0 < pid < _MAX_PID:
                    self._workers[child] = self._pool.adopt(pid, ours)
                case ["forked", int(number)] if -_MAX_ERRNO < number < 0:
                    raise InfraError(f"no worker process could be forked: {os.strerror(-number)}")
                case _:
                    raise MalformedMessage("no forked process where one was asked for")
        except BaseException:
            ours.close()
            raise

    def _send_with_descriptor(self, process: str, worker: Worker, descriptor: int) -> None:
        try:
            socket.send_fds(worker.channel.socket, [answer(Done())], [descriptor])
        except OSError:
            raise self._vanished(process, worker) from None

    def pickle(self, process: str, queue: str, n: int) -> Pickled | Unpicklable | Op:
        worker = self._workers[process]
        self._send(process, worker, encoded(["pickle", queue, n]))
        text, data = self._receive(process, worker)
        message = decoded(text)
        match message:
            case ["pickled", bool(changed)]:
                return Pickled(data, changed)
            case ["unpicklable", str(traceback)]:
                return Unpicklable(traceback)
        (_, op), posted = validated(message, data)
        if posted or op.kind not in ("refuse", "endless_loop"):
            raise MalformedMessage("no pickle where one was asked for")
        return op

    def ended(self, process: str) -> None:
        self._pool.give_back(self._workers.pop(process), reusable=process not in self._spoiled)

    def kill(self, process: str) -> None:
        worker = self._workers.pop(process, None)
        if worker is not None:
            self._pool.kill(worker)

    def close(self) -> None:
        """Kills what is left of the program."""
        try:
            while self._workers:
                self._pool.kill(self._workers.popitem()[1])
        finally:
            for worker in self._workers.values():  # the zygote is gone, and they go with it
                worker.channel.close()

    def _send(self, process: str, worker: Worker, frame: bytes) -> None:
        try:
            worker.channel.send_frames(frame)
        except OSError:
            raise self._vanished(process, worker) from None

    def _hear(self, process: str, worker: Worker) -> Asked:
        try:
            text, data = self._receive(process, worker)
            if text == SETTLE and process in self._posted:
                self._send(process, worker, answer(Done()))
                text, data = self._receive(process, worker)
            asked, posted = self._pool.requests.read(text, data)
            if posted and not self._call.posting:
                raise MalformedMessage(f"{asked.op.kind} was posted, which it must not be")
        except MalformedMessage:
            self._undo_posted()
            raise
        if posted:
            self._posted.add(process)
        else:
            self._posted.discard(process)
            if data and asked.op.kind == "exit":
                self._spoiled.add(process)
                return asked._replace(op=asked.op._replace(data=b""))
        return asked

    def _undo_posted(self) -> None:
        """A worker is in trouble: if it may have come there too early, nothing is said of it."""
        if self._call.posting:
            raise StartAgain

    def _receive(self, process: str, worker: Worker) -> tuple[bytes, bytes]:
        try:
            return worker.channel.receive_frame()
        except BlockingIOError:
            return self._wait(process, worker)
        except (EOFError, OSError):
            raise self._vanished(process, worker) from None

    def _wait(self, process: str, worker: Worker) -> tuple[bytes, bytes]:
        """Waits for a worker that is slow: it works, loops for ever, or waits for what nobody controls."""
        patience_s = SILENCE_S / 4 if self._call.posting else SILENCE_S  # if in doubt, everybody waits in turn
        first = last = worker.cpu_seconds()
        arrived = worker.channel.pending_bytes
        silent_s = LOOK_EVERY_S
        while True:
            try:
                return worker.channel.receive_frame()
            except BlockingIOError:
                pass
            except (EOFError, OSError):
                raise self._vanished(process, worker) from None
            now = worker.cpu_seconds()
            if now is None or first is None or last is None:
                silent_s += LOOK_EVERY_S
                if silent_s < 3 * (SILENCE_S + self._call.cpu_limit_s):
                    continue
                return self._said_for_it("endless_loop", [])
            if now - last > 0.1:
                name = "main" if process == "main" else self._starts[process][0]
                self._computing(name, now - first + LOOK_EVERY_S)
            if now - first > self._call.cpu_limit_s + 2.0:
                return self._said_for_it("endless_loop", [])
            before, arrived = arrived, worker.channel.pending_bytes
            idle = arrived - before < _SLOW_BYTES if arrived else worker.is_asleep()
            silent = idle and now - last < 0.05
            silent_s = silent_s + LOOK_EVERY_S if silent else 0.0
            last = now
            if arrived and silent_s >= SILENCE_MIDWAY_S:
                raise MalformedMessage("a message that never ends")
            if silent_s >= patience_s:
                sentence = "a process waits for something that the checker does not control"
                return self._said_for_it("refuse", ["uncontrolled", sentence])

    def _said_for_it(self, kind: str, args: list[Json]) -> tuple[bytes, bytes]:
        """What a worker that says nothing would have to say, as if it had."""
        self._undo_posted()
        return json.dumps([kind, None, args, None, []]).encode(), b""

    def _vanished(self, process: str, worker: Worker) -> Vanished:
        self._undo_posted()
        self._workers.pop(process, None)
        return Vanished(process, self._pool.reap(worker))
