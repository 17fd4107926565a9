"""A small judge for tests of the student's side: it grants everything at once, one process after the other.

It knows just enough to run programs that never have to wait: locks are free, memory is a list, a queue keeps its
pickles, a child runs when it is joined. Whatever else a test wants it says in `answers`.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from checker.vocabulary import unplaced, validated_request
from checker.wire import Channel, virtual_pid

ROOT = Path(__file__).resolve().parents[2]
REPLY = struct.Struct("<ii")


class Zygote:
    """A zygote and its workers."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        code = (
            "import sys; sys.path.insert(0, {!r}); from checker.worker.preload import import_all; import_all(); "
            "from checker.worker.zygote import main; main({})"
        )
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-B", "-c", code.format(str(ROOT), theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
                cwd="/",
            )

    def fork(self) -> tuple[int, Channel]:
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.control, [b"F"], [theirs.fileno()])
        pid, error = self._reply()
        assert (pid > 0, error) == (True, 0)
        ours.settimeout(20)
        return pid, Channel(ours)

    def kill(self, pid: int) -> int:
        self.control.sendall(b"K" + struct.pack("<i", pid))
        return self._reply()[1]

    def _reply(self) -> tuple[int, int]:
        return REPLY.unpack(self.control.recv(REPLY.size, socket.MSG_WAITALL))

    def close(self) -> None:
        self.control.close()
        self.process.wait(timeout=10)


class Judge:
    """One run of a program: what its processes asked for, and what came of them.

    Attributes:
        requests: (path, kind, obj, args, line, data) of every operation, in order.
        created: the news, by identity.
        ended: path -> the arguments of its "exit".
        text: what was written, by stream.
    """

    def __init__(self, zygote: Zygote, file: Path, call: list[Any], directory: Path, answers: dict[str, Any]) -> None:
        self.zygote, self.file, self.call, self.directory, self.answers = zygote, file, call, directory, answers
        self.requests: list[tuple[str, str, Any, list[Any], int | None, bytes]] = []
        self.created: dict[str, list[Any]] = {}
        self.ended: dict[str, list[Any]] = {}
        self.text = {"stdout": "", "stderr": ""}
        self.memory: dict[str, list[Any]] = {}
        self.queues: dict[str, list[bytes]] = {}
        self.starts: dict[str, tuple[str, bool, bytes]] = {"main": ("MainProcess", False, b"")}
        self.idle: list[tuple[int, Channel]] = []
        self.puts: dict[tuple[str, str], int] = {}
        self.clock = 0.0

    def kinds(self) -> list[str]:
        return [request[1] for request in self.requests]

    def lines(self, kind: str) -> list[int | None]:
        return [request[4] for request in self.requests if request[1] == kind]

    @property
    def returned(self) -> Any:
        return self.ended["main"][3]

    @property
    def refusal(self) -> tuple[str, str]:
        _, kind, _, args, _, _ = self.requests[-1]
        assert kind == "refuse", self.requests[-1]
        return args[0], args[1]

    def fields(self, path: str) -> dict[str, Any]:
        parent = path.rpartition(".")[0]
        return {
            "path": path,
            "name": self.starts[path][0],
            "file": str(self.file),
            "call": None if parent else self.call,
            "argv": None,
            "start_method": "spawn",
            "asking": "spawned",
            "pid": virtual_pid(path),
            "parent_pid": virtual_pid(parent),
            "parent_name": self.starts[parent][0] if parent else None,
            "daemon": self.starts[path][1],
            "seed": 7,
            "directory": str(self.directory),
            "temporary": str(self.directory),
            "home": None,
            "cpu_limit_s": self.answers.get("cpu_limit_s", 5.0),
            "posting": False,
            "warm": True,
        }

    def run(self, path: str = "main") -> Judge:
        pid, channel = self.idle.pop() if self.idle else self.zygote.fork()
        channel.send(["task", self.fields(path)], self.starts[path][2])
        while True:
            message, data = channel.receive()
            kind, obj, args, line, news = validated_request(unplaced(message)[0])
            for identity, of, arguments, _ in news:
                assert identity not in self.created
                self.created[identity] = [of, *arguments]
            self.requests.append((path, kind, obj, args, line, data))
            if kind in ("refuse", "endless_loop"):
                return self._killed(pid, channel)
            if kind == "process.signal" and obj == path:
                self.ended[path] = [-args[0]]
                return self._killed(pid, channel)
            if kind == "exit":
                self.ended[path] = args
                if not data:
                    self.idle.append((pid, channel))
                else:
                    self._killed(pid, channel)
                return self
            given = self.answers.get(kind, self._answer)
            reply = given(path, kind, obj, args, data, channel) if callable(given) else (["ok", given], b"")
            if reply is None:
                return self._killed(pid, channel)
            channel.send(*reply)

    def _killed(self, pid: int, channel: Channel) -> Judge:
        assert self.zygote.kill(pid) == -9
        channel.close()
        return self

    def close(self) -> None:
        for pid, channel in self.idle:
            self._killed(pid, channel)

    def _answer(self, path: str, kind: str, obj: Any, args: list[Any], data: bytes, channel: Channel) -> Any:
        value: Any = None
        behind = b""
        if kind in ("lock.acquire", "process.join"):
            value = True
        elif kind == "lock.value":
            value = self.created[obj][1]
        elif kind == "lock.state":
            value = [1, 0, False]
        elif kind.startswith("memory."):
            value = self._touch(kind, obj, args)
        elif kind in ("queue.put", "simple_queue.put"):
            n = self.puts.get((path, obj), 0)
            self.puts[path, obj] = n + 1
            if kind == "queue.put" and not args[2]:
                channel.send(["pickle", obj, n])
                message, data = channel.receive()
                if message[0] == "unpicklable":
                    self.text["stderr"] += message[1]
                    return ["ok", None], b""
            self.queues.setdefault(obj, []).append(data)
        elif kind in ("queue.get", "simple_queue.get"):
            if not self.queues.get(obj):
                return ["raise", "Empty", ""], b""
            behind = self.queues[obj].pop(0)
        elif kind in ("queue.qsize", "queue.empty", "queue.full", "simple_queue.empty"):
            length = len(self.queues.get(obj, ()))
            value = length if kind == "queue.qsize" else kind != "queue.full" and not length
        elif kind == "process.start":
            self.starts[obj] = (args[0], args[1], data)
        elif kind == "process.poll":
            value = self.ended[obj][0] if obj in self.ended else None
        elif kind == "process.signal":
            self.ended[obj] = [-args[0]]
        elif kind in ("stdout.write", "stderr.write"):
            self.text[kind.partition(".")[0]] += args[0]
        elif kind == "sleep":
            self.clock += args[0]
        elif kind in ("clock", "clock.apart"):
            value = self.clock
        if kind == "process.join" and obj not in self.ended:
            self.run(obj)
        return ["ok", value], behind

    def _touch(self, kind: str, obj: str, args: list[Any]) -> Any:
        if obj not in self.memory:
            _, size, initial, _ = self.created[obj]
            self.memory[obj] = initial if type(initial) is list else [initial] * size
        cells = self.memory[obj]
        if kind == "memory.read":
            return cells[args[0]]
        if kind == "memory.write":
            cells[args[0]] = args[1]
            return None
        indices = range(*args[:3])
        if kind == "memory.read_slice":
            return [cells[index] for index in indices]
        for index, value in zip(indices, args[3], strict=True):
            cells[index] = value
        return None
