"""`python -m checker`: hands over to the command line, and ends with 130 if it is interrupted even before that."""

from __future__ import annotations

import signal
import sys


def run() -> int:
    """Runs the command and returns its exit code."""
    try:
        from checker.cli import main

        code = main()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: too late to be interrupted
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(run())
