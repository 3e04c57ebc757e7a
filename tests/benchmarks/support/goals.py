"""The goals of `make bench`: what is measured, against which baseline, and how much of it is allowed.

Owns the reading of `goals.yml`, the call of a benchmark by its name, and the closing table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Self

from pydantic import model_validator

from nianbao import Declaration, read_declaration

Measured = Mapping[str, float]
"""Name of a goal → what was measured for it: a ratio against its baseline, or a number of its unit."""


class Goal(Declaration):
    """One row of the table: either a ratio against a baseline, or a number with a unit; either at most or at least."""

    what: str
    baseline: str = ""
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _says_what_is_meant(self) -> Self:
        if bool(self.baseline) == bool(self.unit) or (self.at_most is None) == (self.at_least is None):
            raise ValueError("give either baseline or unit, and either at_most or at_least")
        return self

    @property
    def limit(self) -> str:
        """The limit as people write it."""
        return f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"

    def is_met(self, measured: float) -> bool:
        """Return whether a measured value is within the limit."""
        if self.at_most is not None:
            return measured <= self.at_most
        return self.at_least is not None and measured >= self.at_least


class Goals(Declaration):
    """The contents of `goals.yml`."""

    goals: dict[str, Goal]


@cache
def goals() -> Mapping[str, Goal]:
    """Return the goals in the order of the table."""
    return read_declaration(Path(__file__).with_name("goals.yml"), Goals).goals


def run_benchmark(name: str) -> Measured:
    """Run the benchmark of a module, and return what it measured."""
    measured: Measured = import_module(f"tests.benchmarks.{name}").run()
    return measured


def table(measured: Measured) -> Iterator[str]:
    """Yield the lines of the table: what, against which baseline, the ratio, the goal, and whether it is met.

    Raises KeyError for a measurement that no goal has.
    """
    yield from ("| what | baseline | measured | goal | |", "|---|---|---|---|---|")
    for name in measured:
        goals()[name]
    for name, goal in goals().items():
        against = f"{goal.baseline} | " if goal.baseline else " | "
        if name not in measured:
            yield f"| {goal.what} | {against} | {goal.limit} | not measured |"
            continue
        outcome = "met" if goal.is_met(measured[name]) else "missed"
        yield f"| {goal.what} | {against}{measured[name]:.2f} {goal.unit or '×'} | {goal.limit} | {outcome} |"
