"""What a person may choose about a check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose.

    `schedules` overrides the budgets of the spec, `seconds` is the wall time for exploring one scenario, `real_runs`
    how many real runs under each start method (None: as the spec says, 0 or False: none), `start_method` how worker
    processes are made ("fork", "spawn", None: fork where there is one). `cpu_limit_s` CPU seconds without a scheduling
    point are an endless loop. `preemptions` bounds those of a schedule (None: any), but not in the parallel check.
    `jobs` explorers share the exploration of a scenario: 1, or 2 where nothing bounds the preemptions.
    """

    seed: int = 0
    schedules: int | None = None
    seconds: float = 120.0
    real_runs: int | None = None
    start_method: str | None = None
    cpu_limit_s: float = 5.0
    preemptions: int | None = None
    jobs: int = 1
