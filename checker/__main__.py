"""`python -m checker`: hands over to the command line, and ends with 130 if it is interrupted even before that."""

from __future__ import annotations

import sys


def _run() -> int:
    try:
        from checker.cli import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(_run())
