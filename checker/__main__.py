"""`python -m checker`: hands over to the command line, and ends with 130 if it is interrupted, even before that."""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # `python -m` looks first in the folder where it is called: a student's random.py there is no module of ours.
    del sys.path[0]

import contextlib
import os
import signal

_INTERRUPTED = 130


def run() -> int:
    """Runs the command and returns its exit code; does not return if it was interrupted.

    An interrupt in the middle of `exec`, by which dataclasses are made, has the interpreter end by the signal, whatever
    becomes of the exception.
    """
    try:
        from checker.cli import main

        code = main()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: too late to be interrupted
    except KeyboardInterrupt:
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                stream.flush()
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(run())
