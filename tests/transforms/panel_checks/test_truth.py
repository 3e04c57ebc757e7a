"""Panel checks on simulated countries: consistent bodies raise next to nothing, and planted faults are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from functools import cache, partial

import pytest

from tests.support.panels import faults
from tests.support.panels.country import Country, simulate
from tests.support.panels.faults import Planted
from tests.support.panels.source import source_of
from transforms.panel_checks.declared import panel_checks
from transforms.panel_checks.findings import PanelFinding, find_all

FALSE_ALARMS = 1 / 1000
"""Findings of one check that consistent reports may raise, for each of them."""
FAULTS = 50
PLANTED: dict[str, tuple[str, Callable[[Country, int, int], Planted], float]] = {
    "carried over": ("requests_carried_over", faults.break_carrying_over, 1),
    "last year's figures": ("figures_of_last_year", faults.repeat_last_year, 1),
    "another body's figures": ("equal_tables", faults.repeat_others, 1),
    "less than its parts": ("parts_exceed_whole", faults.lose_from_whole, 1),
    "stopped": ("body_stopped", faults.stop, 0.8),
    "requests × 10": ("figure_jumps", partial(faults.multiply, figure="received", factor=10), 0.75),
    "licences × 10": ("figure_jumps", partial(faults.multiply, figure="licences", factor=10), 0.95),
    "licences ÷ 10": ("figure_jumps", partial(faults.multiply, figure="licences", factor=0.1), 0.95),
    "penalties × 10": ("figure_jumps", partial(faults.multiply, figure="penalties", factor=10), 0.95),
    "penalties ÷ 10": ("figure_jumps", partial(faults.multiply, figure="penalties", factor=0.1), 0.95),
}
"""Kind of fault → the check that finds it, how it is planted, and the share that must be found."""


@cache
def country(seed: int, places: int) -> Country:
    return simulate(seed, places)


@cache
def false_alarms(check: str, seed: int, places: int) -> set[str]:
    return reports(found(country(seed, places), [check]))


def found(country: Country, checks: Collection[str]) -> list[PanelFinding]:
    areas = find_all(source_of(country), checks, lambda done, total: None)
    return [finding for _, findings in areas for finding in findings]


def reports(findings: list[PanelFinding]) -> set[str]:
    return {str(finding.row["report_id"]) for finding in findings}


def assert_quiet(country: Country) -> None:
    counts = Counter(str(finding.row["check"]) for finding in found(country, panel_checks()))
    assert {name: count for name, count in counts.items() if count > FALSE_ALARMS * len(country.reports)} == {}


def assert_found(kind: str, seed: int, places: int, chosen: int) -> None:
    check, plant, least = PLANTED[kind]
    with_faults, planted = plant(country(seed, places), chosen, FAULTS)
    after = reports(found(with_faults, [check]))
    assert len(planted) >= FAULTS
    assert len(planted & after) >= least * len(planted)
    assert len(after - planted - false_alarms(check, seed, places)) <= FALSE_ALARMS * len(with_faults.reports)


def test_consistent_bodies_raise_next_to_nothing() -> None:
    assert_quiet(country(11, 120))


@pytest.mark.parametrize("kind", ["carried over", "last year's figures", "another body's figures", "licences × 10"])
def test_planted_faults_are_found(kind: str) -> None:
    assert_found(kind, 12, 120, 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_thousand_consistent_bodies_raise_next_to_nothing(seed: int) -> None:
    assert_quiet(simulate(seed, 1000))


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", PLANTED)
def test_planted_faults_are_found_among_ten_thousand_bodies(kind: str, seed: int) -> None:
    assert_found(kind, 13, 1000, seed)
