"""The terminal: chunks as they arrive there, and what of their order can be seen.

    cell "stdout"    whether the last line is unfinished

Where the order of lines is looked at, every chunk writes it. Where lines are taken as a bag, only a chunk that leaves a
line unfinished, or comes upon one, writes it: chunks of whole lines in between commute.
"""

from __future__ import annotations

from checker.kernel.cells import Done, Effect, Handler, Outcome, Pending, View

STDOUT = "stdout"


def _ordered(view: View, pending: Pending) -> Outcome:
    view.get(STDOUT)
    view.set(STDOUT, not pending.op.args[0].endswith("\n"))
    view.effects.append(Effect("chunk", ("stdout", pending.op.args[0])))
    return Done()


def _bag(view: View, pending: Pending) -> Outcome:
    unfinished = not pending.op.args[0].endswith("\n")
    if unfinished or view.get(STDOUT):
        view.set(STDOUT, unfinished)
    view.effects.append(Effect("chunk", ("stdout", pending.op.args[0])))
    return Done()


def _ignored(view: View, pending: Pending) -> Outcome:
    view.effects.append(Effect("chunk", ("stdout", pending.op.args[0])))
    return Done()


def _stderr(view: View, pending: Pending) -> Outcome:
    view.effects.append(Effect("chunk", ("stderr", pending.op.args[0])))
    return Done()


STDOUT_HANDLERS: dict[str, Handler] = {"ordered": _ordered, "bag": _bag, "ignored": _ignored}
"""What a write to stdout means, by what is looked at: a word of `spec.Output`."""

HANDLERS: dict[str, Handler] = {"stdout.write": _ordered, "stderr.write": _stderr}
