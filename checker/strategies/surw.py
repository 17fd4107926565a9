"""SURW: of the steps on a few shared objects every order is equally likely; all others run at random in between.

After H. Zhao, D. Wolff, U. Mathur, A. Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025. Where each
task is drawn with a weight of the steps that it has left, every interleaving of tasks that never block is equally
likely (their URW). Taken over all steps, one step early in one task hardly ever comes after one late in another, so a
few objects are selected for each schedule, and only steps on these count: the task that takes the next of them is drawn
by weight, and the others are held before theirs meanwhile. Departures:

- What a task has left is estimated by the mean over the complete schedules seen, not by one first run, and goes on
  adapting. Before the first all weigh the same, which is a random walk.
- Which objects are selected is drawn for each schedule, out of those that two tasks used: one, as in the paper, or any
  number, as a bug may need several. None means every step.
- A task that has not begun counts for the one that will start it. With it goes the turn, if the turn was meant for it.
- The paper's programs do not block. Here, where all that are not held are blocked, the turn goes to one of the held.
- A schedule that goes on for longer than any complete one before goes on as a random walk: so a task that has the turn
  and spins cannot hold the others for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from random import Random

from checker.strategies.base import GrantedStep, Situation


class Surw:
    """Draws objects and tasks from `random`, which with the schedules seen is all that decides."""

    name = "SURW"

    def __init__(self, random: Random) -> None:
        self._random = random
        self._complete = 0
        self._longest = 0
        self._taken = 0
        self._totals: Counter[tuple[str, str | None]] = Counter()  # task and object: steps in all complete schedules
        self._shared: list[str] = []
        self._counts: Counter[tuple[str, str | None]] = Counter()  # the same in this schedule
        self._selected: frozenset[str] = frozenset()
        self._expected: dict[str, float] = {}  # task: steps that count, its descendants' included
        self._left: dict[str, float] = {}
        self._turn: str | None = None

    def begin(self) -> None:
        most = len(self._shared)
        count = self._random.choice((min(1, most), self._random.randint(0, most)))
        self._selected = frozenset(self._random.sample(self._shared, count))
        self._expected = {}
        for (task, obj), total in self._totals.items():
            if self._is_selected(obj):
                for kin in _line_of(task):
                    self._expected[kin] = self._expected.get(kin, 0.0) + total / self._complete
        self._counts = Counter()
        self._left = {}
        self._turn = None
        self._taken = 0

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        if self._taken >= self._longest:
            return enabled[int(self._random.random() * len(enabled))]
        self._meet(enabled)
        due = dict.fromkeys(task for task in enabled if self._is_selected(situation.pending(task).op.obj))
        if self._turn is None:
            alive = [task for task in self._left if situation.pending(task) is not None]
            self._turn = self._draw(alive, due)
        able = [task for task in enabled if task == self._turn or task not in due]
        if not able:
            self._turn = self._draw(list(due), due)
            assert self._turn is not None
            able = [self._turn]
        chosen = able[int(self._random.random() * len(able))]
        if chosen in due:
            self._left[chosen] = max(self._left[chosen] - 1, 0.0)
            self._turn = None
        return chosen

    def granted(self, granted: GrantedStep) -> None:
        self._counts[granted.step.task, granted.step.op.obj] += 1
        self._taken += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        if not complete:
            return
        self._complete += 1
        self._longest = max(self._longest, self._taken)
        self._totals.update(self._counts)
        tasks = {task for task, _ in self._totals}
        users = Counter(obj for _, obj in self._totals if obj is not None and obj not in tasks)
        self._shared = [obj for obj, count in users.items() if count > 1]

    def _is_selected(self, obj: str | None) -> bool:
        return not self._selected or obj in self._selected

    def _meet(self, enabled: Sequence[str]) -> None:
        """Gives tasks that are new their weight, which was their parent's so far."""
        for task in enabled:
            if task in self._left:
                continue
            share = self._left[task] = self._expected.get(task, 0.0)
            for parent in _line_of(task):
                if parent != task and parent in self._left:
                    before = self._left[parent]
                    self._left[parent] = max(before - share, 0.0)
                    if parent == self._turn and self._random.random() * before < share:
                        self._turn = task
                    break

    def _draw(self, tasks: Sequence[str], due: Collection[str]) -> str | None:
        """One of the tasks, by what each has left; one that is due has one step left at least. None: all have none."""
        weights = [max(self._left[task], 1.0) if task in due else self._left[task] for task in tasks]
        return self._random.choices(tasks, weights)[0] if any(weights) else None


def _line_of(task: str) -> Iterator[str]:
    """The task itself, the one that started it, and so on: identities are paths."""
    process, _, helping = task.partition("/")
    if helping:
        yield task
    while process:
        yield process
        process = process.rpartition(".")[0]
