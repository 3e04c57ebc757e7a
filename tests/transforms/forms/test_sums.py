"""The sums of the form: they hold for consistent tables, name a planted error, and fill blanks only rightly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.sample_portal.figures import make_figures
from transforms.forms.layout import Key, TableLayout, layouts
from transforms.forms.sums import imply, violations

EDITIONS = {"60号": 2020, "30号": 2022, "32号": 2016}
SUMMED = [(layout.edition, table) for layout in layouts() for table in layout.tables if table.identities]
CASES = pytest.mark.parametrize(("edition", "table"), SUMMED, ids=lambda value: getattr(value, "table", value))
QUICK = settings(max_examples=examples(8), deadline=None)
SEEDS = st.integers(0, 10**6)


def _numbers(edition: str, table: TableLayout, seed: int) -> dict[Key, Decimal | None]:
    figures = make_figures("甲子县", EDITIONS[edition], seed)
    cells: dict[str, dict[Key, str]] = {
        "requests": {(outcome, applicant): text for (outcome, applicant), text in figures.requests.items()},
        "proceedings": {(channel, result): text for (channel, result), text in figures.proceedings.items()},
        "indicators": {(code,): text for code, text in figures.indicators.items()},
    }
    return {key: Decimal(text) for key, text in cells[table.table].items()}


def _covered(table: TableLayout, numbers: dict[Key, Decimal | None]) -> list[Key]:
    equations = table.equations(set(numbers))
    return sorted({key for _, total, parts in equations for key in (*total, *parts)})


@CASES
@QUICK
@given(seed=SEEDS)
def test_consistent_tables_break_no_sum(edition: str, table: TableLayout, seed: int) -> None:
    assert violations(table, _numbers(edition, table, seed)) == []


@CASES
@QUICK
@given(seed=SEEDS, data=st.data())
def test_one_changed_cell_breaks_a_sum_that_names_it(
    edition: str, table: TableLayout, seed: int, data: st.DataObject
) -> None:
    numbers = _numbers(edition, table, seed)
    key = data.draw(st.sampled_from(_covered(table, numbers)))
    change = data.draw(st.integers(-50, 50).filter(bool))
    old = numbers[key]
    assert old is not None
    broken = violations(table, numbers | {key: old + change})
    assert broken
    assert all(key in violation.cells for violation in broken)
    assert all(violation.total != violation.parts for violation in broken)


@CASES
@QUICK
@given(seed=SEEDS, data=st.data())
def test_what_the_sums_force_on_blanks_is_what_stood_there(
    edition: str, table: TableLayout, seed: int, data: st.DataObject
) -> None:
    numbers = _numbers(edition, table, seed)
    blanks = data.draw(st.sets(st.sampled_from(sorted(numbers)), max_size=len(numbers) // 2))
    blanked = {key: None if key in blanks else number for key, number in numbers.items()}
    assert violations(table, blanked) == []
    implied = imply(table, blanked)
    assert implied.keys() <= blanks
    assert all(numbers[key] == value for key, value in implied.items())


@CASES
@QUICK
@given(seed=SEEDS, data=st.data())
def test_a_single_blank_is_forced(edition: str, table: TableLayout, seed: int, data: st.DataObject) -> None:
    numbers = _numbers(edition, table, seed)
    key = data.draw(st.sampled_from(_covered(table, numbers)))
    assert imply(table, numbers | {key: None}) == {key: numbers[key]}


@CASES
@QUICK
@given(seed=SEEDS, data=st.data())
def test_nothing_is_forced_through_a_sum_that_is_broken(
    edition: str, table: TableLayout, seed: int, data: st.DataObject
) -> None:
    """A printed error never makes a blank wrong without a finding."""
    numbers = _numbers(edition, table, seed)
    covered = _covered(table, numbers)
    wrong, blank = data.draw(st.sampled_from(covered)), data.draw(st.sampled_from(covered))
    old = numbers[wrong]
    assert old is not None
    printed = numbers | {wrong: old + 7} | {blank: None}
    broken = {key for violation in violations(table, printed) for key in violation.cells}
    assert not broken & imply(table, printed).keys()


def test_a_blank_excuses_a_part_but_not_a_surplus() -> None:
    table = next(table for edition, table in SUMMED if (edition, table.table) == ("60号", "proceedings"))
    numbers: dict[Key, Decimal | None] = dict.fromkeys(table.keys, Decimal(0))
    total, part = ("reconsideration", "total"), ("reconsideration", "upheld")
    assert violations(table, numbers | {total: Decimal(5), part: None}) == []
    assert [found.line for found in violations(table, numbers | {total: None, part: Decimal(5)})] == []
    surplus = {total: Decimal(1), part: Decimal(5), ("reconsideration", "other"): None}
    assert [found.line for found in violations(table, numbers | surplus)] == ["reconsideration"]
