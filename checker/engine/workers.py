"""Worker processes: the zygote that forks them, and what the judge knows of each.

        judge --- control socket --- zygote          (exec'd; holds no student code, no spec, no solution)
          |                            | fork
          +---- one socket each ---- workers         (run the student's processes, one after the other)

Judge and workers are pinned to one core where the system lets them: only one of them runs at a time, and a message to
a process on the same core arrives several times sooner. Workers die with the zygote, the zygote with its socket.
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
from pathlib import Path

from checker.errors import InfraError
from checker.wire import Channel

ROOT = Path(__file__).resolve().parents[2]
_REPLY = struct.Struct("<ii")
_ZYGOTE = "import sys; sys.path.insert(0, {root!r}); from checker.worker.zygote import main; main({fd})"
_WORKER = "import sys; sys.path.insert(0, {root!r}); from checker.worker.loop import main; main({fd})"
LOOK_EVERY_S = 1.0
"""How long the judge waits for a worker until it looks whether that is alive and busy (wall seconds)."""


class Worker:
    """One worker process: its id and the conversation with it."""

    __slots__ = ("channel", "pid")

    def __init__(self, pid: int, sock: socket.socket) -> None:
        self.pid = pid
        if hasattr(socket, "SO_RCVTIMEO") and sys.platform != "win32":
            seconds = struct.pack("ll", int(LOOK_EVERY_S), int(LOOK_EVERY_S % 1 * 1e6))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
        else:  # never tried on Windows
            sock.settimeout(LOOK_EVERY_S)
        self.channel = Channel(sock)

    def cpu_seconds(self) -> float | None:
        """CPU time that the process has used so far; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_asleep(self) -> bool:
        """Whether the process waits in the kernel for something other than the processor."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return False
        return fields[0] in (b"S", b"D")


class ForkedWorkers:
    """Makes workers by forking a zygote; a context manager that leaves no process behind."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = _start(_ZYGOTE, theirs)
        self._control = ours

    def new(self) -> Worker:
        """Forks a worker.

        Raises:
            InfraError: the machine has no process or descriptor to give, or the zygote is gone.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with theirs:
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
            pid, _ = self._reply()
        except BaseException:
            ours.close()
            raise
        if pid <= 0:
            ours.close()
            raise InfraError("no worker process could be started: the machine has no process to give")
        return Worker(pid, ours)

    def kill(self, worker: Worker) -> int:
        """Kills and reaps a worker; returns its exit code (`os.waitstatus_to_exitcode`: negative for a signal)."""
        worker.channel.close()
        self._control.sendall(b"K" + struct.pack("<i", worker.pid))
        _, exit_code = self._reply()
        return exit_code

    def _reply(self) -> tuple[int, int]:
        got = b""
        while len(got) < _REPLY.size:
            piece = self._control.recv(_REPLY.size - len(got))
            if not piece:
                raise InfraError("the process that starts the workers is gone")
            got += piece
        pid, status = _REPLY.unpack(got)
        return int(pid), int(status)

    def close(self) -> None:
        """Kills every worker and the zygote."""
        self._control.close()
        _end(self._process)


class StartedWorkers:
    """Makes workers by starting a fresh interpreter for each, for systems without fork; slower by some 30 ms each."""

    def __init__(self) -> None:
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def new(self) -> Worker:
        """Starts a worker. Raises InfraError where the machine has no process or descriptor to give."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = _start(_WORKER, theirs)
        except BaseException:
            ours.close()
            raise
        self._processes[process.pid] = process
        return Worker(process.pid, ours)

    def kill(self, worker: Worker) -> int:
        """Kills and reaps a worker; returns its exit code (negative for a signal)."""
        worker.channel.close()
        process = self._processes.pop(worker.pid)
        if process.poll() is None:
            process.kill()
        return process.wait()

    def close(self) -> None:
        """Kills every worker."""
        for process in self._processes.values():
            _end(process)
        self._processes.clear()


def _start(code: str, theirs: socket.socket) -> subprocess.Popen[bytes]:
    """Executes a fresh, isolated interpreter that talks on `theirs`: no site of the user's, nothing from the folder."""
    fd = theirs.fileno()
    command = [sys.executable, "-P", "-s", "-B", "-c", code.format(root=str(ROOT), fd=fd)]
    try:
        return subprocess.Popen(
            command,
            pass_fds=(fd,),
            env=_environment(),
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


def _end(process: subprocess.Popen[bytes]) -> None:
    """Waits for a process that has been told to end, and kills it (and its group) where it does not."""
    try:
        process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def pin_to_one_core() -> set[int] | None:
    """Pins this process to one of its cores; returns those it had, or None where the system cannot pin."""
    try:
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {sorted(cores)[(os.getpid() + time.monotonic_ns()) % len(cores)]})
    except (AttributeError, OSError):
        return None
    return cores
