"""The panel checks and the figures that they compare, as declared in `panel_checks.yml`.

Owns the reading of that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from nianbao import Declaration, read_declaration

PANEL_CHECKS = Path(__file__).with_name("panel_checks.yml")

Parameter = int | float | tuple[str, ...]


class PanelFigure(Declaration):
    """A figure that is compared: the sum of cells of one table, whose codes are joined by /."""

    table: str
    cells: tuple[str, ...]
    label: str
    unit: Literal["元"] | None = Field(default=None, alias="in")


class Scope(Declaration):
    """The wording by which a government says whose figures it counts in, and kind of body → its pattern in that."""

    wording: str
    kinds: dict[str, str]


class Usual(Declaration):
    """What is usual among peers: the share of changes at each end that are `rare`, and that of sizes that are not."""

    rare: float
    most: float


class PanelCheck(Declaration):
    """One declared check: its severity, its message, and the keyword arguments of its function."""

    severity: Literal["warning", "info"]
    message: str
    parameters: dict[str, Parameter] = Field(default_factory=dict)


class _Declared(Declaration):
    figures: dict[str, PanelFigure]
    scope: Scope
    usual: Usual
    checks: dict[str, PanelCheck]


@cache
def _declared() -> _Declared:
    return read_declaration(PANEL_CHECKS, _Declared)


def figures() -> Mapping[str, PanelFigure]:
    """Return the figures that are compared, by name."""
    return _declared().figures


def scope() -> Scope:
    """Return how governments say whose figures they count in."""
    return _declared().scope


def usual() -> Usual:
    """Return what is usual among peers."""
    return _declared().usual


def panel_checks() -> Mapping[str, PanelCheck]:
    """Return the checks by code.

    >>> panel_checks()["figures_of_last_year"].parameters
    {'least': 12}
    """
    return _declared().checks
