"""Panel checks → rows of `panel_findings`, by report.

Owns the messages, and what is not told again: what `findings` tells of a report under the same check.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from transforms.panel_checks.declared import PanelCheck, figures, panel_checks
from transforms.panel_checks.panel import Panel, prepare
from transforms.panel_checks.peers import combine, count
from transforms.panel_checks.registry import functions

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class PanelFinding:
    """A row of `panel_findings`, the partition that it belongs to, and the body that reports."""

    jurisdiction: str
    year: int
    agency: str
    row: Row


class Source(Protocol):
    """Where the reports are: in areas that are looked at one after the other."""

    def areas(self) -> Sequence[Sequence[str]]:
        """Return the areas."""

    def reports(self, area: Sequence[str]) -> pd.DataFrame:
        """Return the reports of an area with their figures."""

    def told(self, area: Sequence[str]) -> pd.DataFrame:
        """Return report_id and check of findings."""

    def gaps(self, area: Sequence[str]) -> pd.DataFrame:
        """Return jurisdiction, year and agency_id of reports of which it is not known whether there are any."""

    def scopes(self, area: Sequence[str]) -> pd.DataFrame:
        """Return report_id and sentence of reports that say whose figures they count in."""


def find_all(
    source: Source, checks: Collection[str], show: Callable[[int, int], None]
) -> Iterator[tuple[Sequence[str], list[PanelFinding]]]:
    """Yield each area with what its reports fail of some checks. All are read twice, first to know what is usual.

    `show` is called with the number of steps done, and that of all.
    """
    areas, counts = source.areas(), []
    for done, area in enumerate(areas):
        show(done, 2 * len(areas))
        counts.append(count(prepare(source.reports(area)), _followed()))
    if areas:
        peers = combine(counts)
    for done, area in enumerate(areas, len(areas)):
        show(done, 2 * len(areas))
        reports = prepare(source.reports(area))
        panel = Panel(reports, source.told(area), source.gaps(area), source.scopes(area), peers)
        yield area, [*find(panel, checks)]
    show(2 * len(areas), 2 * len(areas))


def _followed() -> list[str]:
    """Return the figures that are compared with those of peers."""
    names = (check.parameters.get("figures", ()) for check in panel_checks().values())
    return [*dict.fromkeys(name for own in names if isinstance(own, tuple) for name in own)]


def find(panel: Panel, checks: Iterable[str]) -> Iterator[PanelFinding]:
    """Yield what the reports of a panel fail of some checks, check by check, in the order of bodies and years."""
    reports = panel.reports.set_index("report_id")[["jurisdiction", "year", "agency"]]
    for name in checks:
        check = panel_checks()[name]
        found = functions()[name](panel, **check.parameters)
        told = panel.told.loc[panel.told["check"] == name, "report_id"]
        own = found[~found["report_id"].isin(told)]
        of_report = reports.reindex(own["report_id"]).itertuples(index=False)
        for (code, year, agency), values in zip(of_report, own.to_dict("records"), strict=True):
            yield PanelFinding(code, int(year), agency, _row(name, check, values))


def _row(name: str, check: PanelCheck, values: Mapping[Hashable, Any]) -> Row:
    figure = figures().get(values.get("figure", ""))
    told = {str(key): _text(value) for key, value in values.items()}
    others = values.get("others")
    return {
        "report_id": values["report_id"],
        "check": name,
        "severity": check.severity,
        "table": figure.table if figure else None,
        "message": check.message.format_map(told | ({"label": figure.label} if figure else {})),
        "expected": told.get("expected"),
        "actual": told.get("actual"),
        "cells": [*figure.cells] if figure else [],
        "others": sorted(others) if isinstance(others, list) else [],
    }


def _text(value: object) -> str | None:
    """Return a value as text, a whole number without its decimals.

    >>> _text(184.0), _text(0.5), _text(7)
    ('184', '0.5', '7')
    """
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return None if value is pd.NA or value is None else str(value)
