"""Worker processes: the zygote that forks them, and what the judge knows of each.

        judge --- control socket --- zygote          (exec'd; holds no student code, no spec, no solution)
          |                            | fork
          +---- one socket each ---- workers         (run the student's processes, one after the other)

Judge and workers are pinned to one core where the system lets them: only one of them runs at a time, and a message to
a process on the same core arrives several times sooner. The zygote is not: it makes and ends workers meanwhile. Workers
die with the zygote, the zygote with its socket.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from checker.errors import InfraError
from checker.wire import Channel

ROOT = Path(__file__).resolve().parents[2]
_REPLY = struct.Struct("<ii")
_PID = struct.Struct("<i")
_NO_ZYGOTE = "the process that starts the workers is gone, or does not answer"
_CLOSE_S = 5.0  # the zygote ends the others first, which takes a while on a busy machine
_FIRST = (
    "import sys; sys.path.insert(0, {root!r}); import checker; del sys.path[0]; "  # what else lies there is not ours
    "from checker.worker.preload import import_all; import_all(); "
)
_LAST = "sys.dont_write_bytecode = True; main({fd})"  # our own modules may be kept, the student's leave no trace
_ZYGOTE = f"{_FIRST}from checker.worker.zygote import main; {_LAST}"
_WORKER = f"{_FIRST}from checker.worker.loop import main; {_LAST}"
LOOK_EVERY_S = 1.0
"""How long the judge waits for a worker until it looks whether that is alive and busy (wall seconds)."""
_AHEAD = 4  # workers that are asked for before they are needed
DEAF_S = 30
"""Wall seconds after which a process that does not take what it is sent is given up."""


class Worker:
    """One worker process: its id and the conversation with it."""

    __slots__ = ("channel", "pid")

    def __init__(self, pid: int, sock: socket.socket) -> None:
        self.pid = pid
        with contextlib.suppress(AttributeError, OSError):
            os.sched_setaffinity(pid, os.sched_getaffinity(0))
        if hasattr(socket, "SO_RCVTIMEO") and sys.platform != "win32":
            seconds = struct.pack("ll", int(LOOK_EVERY_S), int(LOOK_EVERY_S % 1 * 1e6))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", DEAF_S, 0))
        else:  # never tried on Windows
            sock.settimeout(LOOK_EVERY_S)
        self.channel = Channel(sock, rest_s=LOOK_EVERY_S)

    def cpu_seconds(self) -> float | None:
        """CPU time that the process has used so far; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_asleep(self) -> bool:
        """Whether the process waits in the kernel for something other than the processor, or was stopped."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return False
        return fields[0] in (b"S", b"D", b"T", b"t")


class ForkedWorkers:
    """Makes workers by forking a zygote; a context manager that leaves no process behind."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        ours, theirs = pair()
        try:
            with theirs:
                self._process = _start(_ZYGOTE, theirs, environment)
        except BaseException:
            ours.close()
            raise
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", DEAF_S, 0))
        self._control = ours
        self._asked: deque[socket.socket] = deque()
        self._forked: deque[tuple[int, socket.socket]] = deque()

    def new(self) -> Worker:
        """A worker that never had a task; while it works, the zygote forks those that will be needed next.

        Raises:
            InfraError: the machine has no process or descriptor to give, or the zygote is gone.
        """
        while len(self._forked) + len(self._asked) <= _AHEAD:
            self._ask()
        while self._asked and not self._forked:
            self._hear_of_one()
        if not self._forked:
            raise InfraError("no worker process could be started: the machine has no process to give")
        return Worker(*self._forked.popleft())

    def _ask(self) -> None:
        ours, theirs = pair()
        self._asked.append(ours)
        with theirs:
            self._order(b"F", theirs.fileno())

    def _hear_of_one(self) -> None:
        pid, _ = self._reply()
        ours = self._asked.popleft()
        if pid > 0:
            self._forked.append((pid, ours))
        else:
            ours.close()

    def adopt(self, pid: int, sock: socket.socket) -> Worker | None:
        """The worker `pid`, forked by another one, which talks on `sock`; None if the zygote knows of no such child."""
        while self._asked:
            self._hear_of_one()
        self._order(b"A" + _PID.pack(pid))
        return Worker(pid, sock) if self._reply()[0] == pid else None

    def kill(self, worker: Worker) -> int:
        """Kills and reaps a worker; returns its exit code (`os.waitstatus_to_exitcode`: negative for a signal)."""
        return self._end(b"K", worker)

    def reap(self, worker: Worker) -> int:
        """As `kill`, but lets a worker that has hung up end by itself, so that the exit code is its own."""
        return self._end(b"W", worker)

    def end(self, worker: Worker) -> None:
        """As `kill`, for a worker that waits and will be asked nothing any more; it is gone a moment later."""
        worker.channel.close()
        self._order(b"E" + _PID.pack(worker.pid))

    def _end(self, command: bytes, worker: Worker) -> int:
        worker.channel.close()
        while self._asked:
            self._hear_of_one()
        self._order(command + _PID.pack(worker.pid))
        _, exit_code = self._reply()
        return exit_code

    def _order(self, command: bytes, *fds: int) -> None:
        try:
            if fds:
                socket.send_fds(self._control, [command], fds)
            else:
                self._control.sendall(command)
        except OSError:
            raise InfraError(_NO_ZYGOTE) from None

    def _reply(self) -> tuple[int, int]:
        got = b""
        while len(got) < _REPLY.size:
            try:
                piece = self._control.recv(_REPLY.size - len(got))
            except OSError:
                piece = b""
            if not piece:
                raise InfraError(_NO_ZYGOTE)
            got += piece
        pid, status = _REPLY.unpack(got)
        return int(pid), int(status)

    def close(self) -> None:
        """Kills every worker and the zygote."""
        self._control.close()
        for ours in [*self._asked, *(ours for _, ours in self._forked)]:
            ours.close()
        try:
            self._process.wait(timeout=_CLOSE_S)
        except subprocess.TimeoutExpired:
            _killed(self._process)


class StartedWorkers:
    """Makes workers by starting a fresh interpreter for each, for systems without fork; slower by some 30 ms each."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = environment
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def new(self) -> Worker:
        """Starts a worker. Raises InfraError where the machine has no process or descriptor to give."""
        ours, theirs = pair()
        try:
            with theirs:
                process = _start(_WORKER, theirs, self._environment)
        except BaseException:
            ours.close()
            raise
        self._processes[process.pid] = process
        return Worker(process.pid, ours)

    def adopt(self, pid: int, sock: socket.socket) -> Worker | None:
        """None: who is forked here falls to nobody who could end it."""
        return None

    def kill(self, worker: Worker) -> int:
        """Kills and reaps a worker; returns its exit code (negative for a signal)."""
        worker.channel.close()
        process = self._processes.pop(worker.pid)
        return _killed(process)

    def reap(self, worker: Worker) -> int:
        """As `kill`, but lets a worker that has hung up end by itself, so that the exit code is its own."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._processes[worker.pid].wait(timeout=2.0)
        return self.kill(worker)

    def end(self, worker: Worker) -> None:
        """As `kill`."""
        self.kill(worker)

    def close(self) -> None:
        """Kills every worker."""
        while self._processes:
            _killed(self._processes.popitem()[1])


def _start(
    code: str, theirs: socket.socket, environment: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    """Executes a fresh interpreter that talks on `theirs`, with nothing from the folder.

    It is isolated, with no site of the user's, unless it is to have the `environment`, and all that comes of it.
    """
    fd = theirs.fileno()
    isolated = ["-s"] if environment is None else []
    command = [sys.executable, "-P", *isolated, "-c", code.format(root=str(ROOT), fd=fd)]
    try:
        return subprocess.Popen(
            command,
            pass_fds=(fd,),
            env=_environment() if environment is None else {**environment, "PYTHONHASHSEED": "0"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("CHECKER_DEBUG") else subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise InfraError(f"no worker process could be started: {error.strerror}") from None


def _environment() -> dict[str, str]:
    """The same few variables everywhere; a fixed hash seed, so that sets of texts have one order."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a conversation. Raises InfraError where the machine has no descriptor to give."""
    try:
        return socket.socketpair()
    except OSError as error:
        raise InfraError(f"no worker process could be started: {error.strerror}") from None


def _killed(process: subprocess.Popen[bytes]) -> int:
    """Kills a process and its group, to which nobody else belongs; returns its exit code (negative for a signal)."""
    if process.poll() is None:
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    return process.wait()


def pin_to_one_core() -> set[int] | None:
    """Pins this process to one of its cores; returns those it had, or None where the system cannot pin."""
    try:
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {sorted(cores)[(os.getpid() + time.monotonic_ns()) % len(cores)]})
    except (AttributeError, OSError):
        return None
    return cores
