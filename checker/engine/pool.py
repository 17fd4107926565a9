"""The workers that wait for a task."""

from __future__ import annotations

import socket
from typing import Protocol

from checker.engine.messages import Requests
from checker.engine.workers import Worker
from checker.errors import MalformedMessage


class WorkerSource(Protocol):
    """Where workers come from."""

    def new(self) -> Worker: ...
    def adopt(self, pid: int, sock: socket.socket) -> Worker | None: ...
    def kill(self, worker: Worker) -> int: ...
    def end(self, worker: Worker) -> None: ...
    def reap(self, worker: Worker) -> int: ...
    def close(self) -> None: ...


class Pool:
    """Workers that wait for a task, warm or fresh."""

    def __init__(self, source: WorkerSource, *, warm: bool = True) -> None:
        self._source = source
        self._idle: list[Worker] = []
        self.warm = warm
        self.requests = Requests()

    def take(self) -> Worker:
        """A worker that has no task."""
        return self._idle.pop() if self._idle else self._source.new()

    def adopt(self, pid: int, sock: socket.socket) -> Worker:
        """The worker that another one has forked.

        Raises:
            MalformedMessage: there is none of that id.
        """
        worker = self._source.adopt(pid, sock)
        if worker is None:
            raise MalformedMessage(f"a forked process {pid} that is none")
        return worker

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
