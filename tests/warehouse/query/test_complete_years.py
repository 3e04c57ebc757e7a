"""What the views over coverage say of years and reports, against tables worked out by hand and by plain Python."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.rows import HERE, covered
from warehouse.publish.coverage import publish_coverage
from warehouse.query.query import connect, run
from warehouse.schema import Row, load_tables

STATES = ("published", "partial", "quarantined", "blocked", "unreachable", "failed", "listed", "not_published")
"""The best first: a document in quarantine is nearer to a report than one that was refused, or that no list names."""


def put(root: Path, rows: list[Row]) -> None:
    for portal in sorted({str(row["portal"]) for row in rows}):
        own = [row for row in rows if row["portal"] == portal]
        publish_coverage(root, HERE, portal, lambda _, own=own: own)  # type: ignore[misc]


YEARS: dict[str, tuple[list[Row], list[tuple[int, int]]]] = {
    "all that the list names": ([covered("east", None), covered("east", "a"), covered("east", "b")], [(2, 0)]),
    "a body that published nothing": (
        [covered("east", None), covered("east", "a"), covered("east", "b", "not_published")],
        [(1, 1)],
    ),
    "published at one of two portals": (
        [covered("east", None), covered("east", "a", "blocked"), covered("west", None), covered("west", "a")],
        [(1, 0)],
    ),
    "a file from disk, which no list names": (
        [covered("east", None), covered("east", "a", "not_published"), covered("files", "a", list_complete=False)],
        [(1, 0)],
    ),
    "files from disk alone": ([covered("files", "a", list_complete=False)], []),
    "no report at all": ([covered("east", None, "not_published"), covered("east", "a", "not_published")], []),
    "a list that was cut": (
        [covered("east", None, "failed", list_complete=False), covered("east", "a", list_complete=False)],
        [],
    ),
    "one of two lists was cut": (
        [covered("east", None), covered("east", "a"), covered("west", None, "failed", list_complete=False)],
        [],
    ),
} | {
    f"one more is {state}": ([covered("east", None), covered("east", "a"), covered("east", "b", state)], [])
    for state in STATES[1:-1]
}


@pytest.mark.parametrize("name", YEARS)
def test_a_year_is_complete_if_its_lists_were_read_and_what_they_name_is_published(tmp_path: Path, name: str) -> None:
    rows, expected = YEARS[name]
    put(tmp_path, rows)
    asked = run(connect(tmp_path), "FROM complete_years")
    assert asked.columns == ["jurisdiction", "year", "published", "not_published"]
    assert asked.rows == [("CN-371003", 2024, *counts) for counts in expected]
    assert run(connect(tmp_path), "SELECT 已收录年报数, 未发布年报数 FROM 完整年度").rows == expected


def test_the_codes_of_coverage_stand_in_the_order_in_which_they_count() -> None:
    (state,) = (column for column in load_tables()["coverage"].columns if column.name == "state")
    assert state.values == STATES


@settings(max_examples=examples(8), deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("xyz"), st.sampled_from("abc")), st.sampled_from(STATES), min_size=1))
def test_a_report_counts_once_by_the_best_that_a_portal_says(said: dict[tuple[str, str], str]) -> None:
    best: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for (portal, agency), state in said.items():
        best[agency].append((STATES.index(state), portal))
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), [covered(portal, agency, state) for (portal, agency), state in said.items()])
        with connect(Path(folder)) as connection:
            rows = run(connection, "SELECT agency_id, state, portal FROM report_states ORDER BY 1").rows
    assert rows == [
        (agency, STATES[place], portal) for agency, own in sorted(best.items()) for place, portal in [min(own)]
    ]
