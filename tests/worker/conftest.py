"""The same fixtures as for `tests/controlled`."""

from __future__ import annotations

from tests.controlled.conftest import judged, zygote

__all__ = ["judged", "zygote"]
