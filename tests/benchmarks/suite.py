"""How long `make test` takes, once: all its tests, none of them long."""

from __future__ import annotations

from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import process


def run() -> Measured:
    """Print the minutes of wall time and of CPU. Raises CalledProcessError if a test fails."""
    cost = process(["make", "test"], {})
    minutes = cost.wall / 60
    print(f"{'make test':34}{minutes:10.1f} min  ({cost.cpu / 60:.1f} min of CPU)")  # noqa: T201
    return {"tests": minutes}
