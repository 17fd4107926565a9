"""Which program is run, and how: as data that another judge can be told. Makes its engine, knows its scenarios."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from checker import catalog
from checker.engine.call import Asking, Entry, Manner
from checker.engine.engine import Engine
from checker.spec import Output, Scenario

AS_ASKED = "script"
"""The name of the scenario where a script starts its processes as it asks for; else it is the start method."""


@dataclass(frozen=True, slots=True)
class Program:
    """A file, and what decides how it runs; all as JSON can carry it.

    `lab` is the name of its spec; None: it is a script, which is given `arguments`. `start_method` is how the workers
    of a lab are made, and how a script is to start its processes (None: as it asks for).
    """

    file: str
    lab: str | None
    arguments: tuple[str, ...]
    seed: int
    cpu_limit_s: float
    start_method: str | None

    def engine(
        self,
        *,
        fine: bool = False,
        computing: Callable[[str, float], None] = lambda name, cpu_s: None,
        cores: Collection[int] = (),
        within: Path | None = None,
    ) -> Engine:
        """An engine for it, not entered yet; the parameters are the engine's."""
        forced = self.start_method
        manner = Manner()
        if self.lab is None:
            default = multiprocessing.get_all_start_methods()[0]
            asking = Asking.FORCED if forced else Asking.ASKED
            manner = Manner(Entry.SCRIPT, forced or default, asking, dict(os.environ), os.getcwd())
        return Engine(
            Path(self.file),
            computing=computing,
            seed=self.seed,
            cpu_limit_s=self.cpu_limit_s,
            start_method=forced if self.lab is not None else None,
            fine=fine,
            manner=manner,
            cores=cores,
            within=within,
        )

    def scenarios(self) -> tuple[Scenario, ...]:
        """Those that are explored, in the order of the spec; none if there is no spec of that name."""
        if self.lab is None:
            argv = (self.file, *self.arguments)
            return (Scenario(self.start_method or AS_ASKED, argv, (), Output.IGNORED),)
        return catalog.load_spec(self.lab).scenarios if self.lab in catalog.spec_names() else ()
