"""The terminal: chunks as they arrive there, and what of their order can be seen.

    cell "stdout"    written by every chunk where the order of lines is looked at; where lines are taken as a bag, a
                     chunk of whole lines is an add (bags commute), and any other chunk a write
"""

from __future__ import annotations

from checker.kernel.cells import Done, Effect, Handler, Outcome, Pending, View

STDOUT = "stdout"


def _ordered(view: View, pending: Pending) -> Outcome:
    view.get(STDOUT)
    view.set(STDOUT, None)
    view.effects.append(Effect("chunk", ("stdout", pending.op.args[0])))
    return Done()


def _bag(view: View, pending: Pending) -> Outcome:
    if not pending.op.args[0].endswith("\n"):
        return _ordered(view, pending)
    view.add(STDOUT, 0)
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
