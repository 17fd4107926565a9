"""Runs one program many times on real `multiprocessing`, with noise, and counts the outcomes.

    observe() ── exec ──> a warm interpreter: python -m tests.conformance.real PROGRAM METHOD RUNS SEED
                             └─ fork, a few at a time ──> one run: own session, own terminal, noise
                                                            └─ the program's own processes

An outcome is a text: "returned 2", "returned null printed 'a\\nb\\n'", "raised ValueError: …", or "stuck": every thread
of every process was seen asleep, not by the clock, for longer than any timeout in the programs.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.util
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from checker.realrun import processes
from checker.realrun.streams import Streams
from tests.conformance import noise

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(__file__).with_name("programs")

AT_ONCE = 4
STUCK_AFTER_S = 0.4  # nothing ran for so long; timeouts in the programs are at most 0.1 s
FIRST_LOOK_S = 0.3
BETWEEN_LOOKS_S = 0.1
LIMIT_S = 60.0
LIMIT_BYTES = 1 << 20
STUCK = "stuck"
_LOCAL_OBJECT = re.compile(r"_pickle\.PicklingError: Can't pickle local object <function (?P<name>.+) at 0x.+>")


def program_names() -> list[str]:
    return sorted(path.stem for path in PROGRAMS.glob("*.py"))


def observe(program: str, start_method: str, runs: int, seed: int) -> Counter[str]:
    """Runs a program `runs` times and counts its outcomes.

    Raises:
        RuntimeError: a run neither ended nor was stuck, or the machine failed.
    """
    command = [sys.executable, "-m", "tests.conformance.real", program, start_method, str(runs), str(seed)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{program} under {start_method}: {done.stderr}")
    return Counter(json.loads(done.stdout.splitlines()[-1]))


def outcome_text(report: str, printed: str) -> str:
    """One outcome: how `main` ended, and what was printed, if anything was."""
    return f"{report} printed {printed!r}" if printed else report


def raised(headline: str) -> str:
    """How `main` ended with an exception, in the words of Python 3.11, whichever it was."""
    local = _LOCAL_OBJECT.fullmatch(headline)
    if local is not None:
        return f"raised AttributeError: Can't pickle local object {local['name']!r}"
    return "raised " + headline.replace("Can't get local object", "Can't pickle local object")


class _Run:
    """One run of the program, in a process forked from this one."""

    def __init__(self, program: Path, start_method: str, seed: int) -> None:
        self.streams = Streams()
        self.started_s = time.monotonic()
        self.last_look_s = self.started_s + FIRST_LOOK_S - BETWEEN_LOOKS_S
        self.quiet_since_s = self.started_s
        self.seen: tuple[list[int], processes.Look] | None = None
        self.leader = os.fork()
        if self.leader == 0:
            _be_the_run(program, start_method, seed, self.streams)
        for stream in self.streams.all():
            stream.close_theirs()

    def advance(self) -> str | None:
        """The outcome, once there is one."""
        ended = os.waitid(os.P_PID, self.leader, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        if not self.streams.read(LIMIT_BYTES):
            raise RuntimeError("too much output")
        if ended:
            report = self.streams.result.text(LIMIT_BYTES)
            if not report:
                raise RuntimeError("a run ended without a word: " + self.streams.stderr.text(LIMIT_BYTES))
            return outcome_text(report, self.streams.stdout.text(LIMIT_BYTES))
        now_s = time.monotonic()
        if now_s - self.started_s > LIMIT_S:
            raise RuntimeError("a run neither ended nor was stuck: " + self.streams.stderr.text(LIMIT_BYTES))
        if now_s - self.last_look_s > BETWEEN_LOOKS_S:
            self.last_look_s = now_s
            pids = processes.of_run("", self.leader)
            seen = (pids, processes.look(pids))
            if seen != self.seen or not seen[1].asleep or seen[1].timed:
                self.seen, self.quiet_since_s = seen, now_s
            elif now_s - self.quiet_since_s > STUCK_AFTER_S:
                return STUCK
        return None

    def end(self) -> None:
        processes.end_all("", self.leader)
        os.waitpid(self.leader, 0)
        self.streams.close()


def _be_the_run(program: Path, start_method: str, seed: int, streams: Streams) -> None:
    """Runs in the forked process and never returns: the program, and the end of a process as Python makes it."""
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(streams.stdout.theirs, 1)
        os.dup2(streams.stderr.theirs, 2)
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        result = streams.result.theirs
        for stream in streams.all():
            os.close(stream.ours)
        multiprocessing.set_start_method(start_method)
        noise.install(str(program), seed)
        os.write(result, _call_main(program).encode())
        sys.stdout.flush()  # as the interpreter does when the script is over
        multiprocessing.util._exit_function()  # type: ignore[attr-defined]
        sys.stdout.flush()
    finally:
        os._exit(0)


def _call_main(program: Path) -> str:
    module = ModuleType("__mp_main__")
    module.__file__ = str(program)
    sys.modules["__main__"] = sys.modules["__mp_main__"] = module
    try:
        exec(compile(program.read_text(encoding="utf-8"), str(program), "exec"), module.__dict__)
        return "returned " + json.dumps(module.main())
    except BaseException as error:
        return raised(traceback.format_exception_only(error)[-1 - len(getattr(error, "__notes__", ()))].strip())


def _with_noise(program: Path, folder: str, seed: int) -> Path:
    """A copy of the program that brings the noise along, for children that import it afresh."""
    copy = Path(folder) / program.name
    prelude = f"from tests.conformance import noise; noise.install({str(copy)!r}, {seed})\n"
    copy.write_text(prelude + program.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


def main(name: str, start_method: str, runs: int, seed: int) -> Counter[str]:
    """Runs in the warm interpreter."""
    random = Random(seed)
    outcomes: Counter[str] = Counter()
    running: list[_Run] = []
    started = 0
    with tempfile.TemporaryDirectory() as folder:
        program = PROGRAMS / f"{name}.py"
        if start_method != "fork":
            program = _with_noise(program, folder, seed)
        try:
            while running or started < runs:
                while started < runs and len(running) < AT_ONCE:
                    running.append(_Run(program, start_method, random.getrandbits(32)))
                    started += 1
                for run in list(running):
                    outcome = run.advance()
                    if outcome is not None:
                        running.remove(run)
                        run.end()
                        outcomes[outcome] += 1
                time.sleep(0.002)
        finally:
            for run in running:
                run.end()
    return outcomes


if __name__ == "__main__":
    arguments: list[Any] = sys.argv[1:]
    counts = main(arguments[0], arguments[1], int(arguments[2]), int(arguments[3]))
    print(json.dumps(counts))
