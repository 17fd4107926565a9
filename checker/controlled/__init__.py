"""What the student's code gets as `multiprocessing`: the same names, each operation a question to the judge.

Runs in worker processes only. `install.install()` puts it in the place of the standard library's package.
"""

from __future__ import annotations

from checker.controlled import context

__all__ = [name for name in dir(context._default_context) if not name.startswith("_")]
globals().update((name, getattr(context._default_context, name)) for name in __all__)
