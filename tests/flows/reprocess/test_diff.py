"""What differs between two readings of a report is told, and nothing else: for random reports and random changes."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.reader import read_documents
from flows.reprocess.diff import ReportChange, compare
from tests.support.examples import examples
from tests.support.portals.county import GOVERNMENT, report_page
from transforms.report import Context, interpret, rows_of
from transforms.rows import ReportSource, Row
from warehouse.paths import Partition
from warehouse.schema import load_tables

PLACE = Partition("CN-990101", 2022)
FIGURES = ("disclosures", "requests", "proceedings", "statements")
EVIDENCE = {"page": 9, "method": "ocr", "confidence": 0.5}
Tables = dict[str, list[Row]]
unhurried = settings(deadline=None, max_examples=examples(20))
"""The first example reads a report."""


@cache
def _read(seed: int) -> Tables:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    source = ReportSource("http://example.org/", "0" * 64, "text/html", moment, moment, moment, "1")
    report = interpret(read_documents(report_page(GOVERNMENT, 2022, seed).encode()), Context())
    rows = rows_of(report, source)
    names = {name: [column.name for column in table.columns] for name, table in load_tables().items()}
    return {table: [{name: row.get(name) for name in names[table]} for row in own] for table, own in rows.items()}


def _one(before: Tables, after: Tables) -> ReportChange:
    (change,) = compare(PLACE, before, after)
    return change


@unhurried
@given(st.integers(0, 4), st.integers(0, 10**6))
def test_order_makes_no_difference(seed: int, how: int) -> None:
    rows, mixed = _read(seed), deepcopy(_read(seed))
    for own in mixed.values():
        Random(how).shuffle(own)
    assert compare(PLACE, rows, mixed) == []


@unhurried
@given(st.integers(0, 4), st.sampled_from(FIGURES), st.data())
def test_a_figure_that_differs_is_told_with_both_values(seed: int, table: str, data: st.DataObject) -> None:
    before, after = _read(seed), deepcopy(_read(seed))
    at = data.draw(st.integers(0, len(before[table]) - 1))
    after[table][at] |= {"value": Decimal(123456)}
    (figure,) = _one(before, after).figures
    assert figure.before is not None
    assert figure.after is not None
    was = before[table][at]["value"]
    assert figure.before["value"] == (float(str(was)) if was is not None else None)
    assert (figure.table, figure.after["value"]) == (table, 123456)
    assert _one(before, after).evidence == 0


@unhurried
@given(st.integers(0, 4), st.sampled_from(FIGURES), st.data())
def test_figures_that_came_and_went_are_told_the_one_way_and_the_other(
    seed: int, table: str, data: st.DataObject
) -> None:
    before, after = _read(seed), deepcopy(_read(seed))
    lost = data.draw(st.sets(st.integers(0, len(before[table]) - 1), min_size=1, max_size=5))
    after[table] = [row for at, row in enumerate(after[table]) if at not in lost]
    gone, came = _one(before, after).figures, _one(after, before).figures
    assert [figure.kind for figure in gone] == ["removed"] * len(lost)
    assert [figure.kind for figure in came] == ["added"] * len(lost)
    assert sorted(figure.key for figure in gone) == sorted(figure.key for figure in came)


@unhurried
@given(st.integers(0, 4), st.sampled_from(FIGURES), st.sampled_from(sorted(EVIDENCE)))
def test_other_evidence_for_the_same_figure_is_counted_apart(seed: int, table: str, column: str) -> None:
    before, after = _read(seed), deepcopy(_read(seed))
    changed = [row for row in after[table] if column in row]
    for row in changed:
        row[column] = EVIDENCE[column]
    if changed:
        change = _one(before, after)
        assert (change.figures, change.findings, change.facts, change.evidence) == ((), (), (), len(changed))


def test_reports_that_came_or_went_are_told_with_all_their_figures() -> None:
    rows, nothing = _read(1), {table: list[Row]() for table in _read(1)}
    total = sum(len(rows[table]) for table in FIGURES)
    added, removed = _one(nothing, rows), _one(rows, nothing)
    assert (added.kind, len(added.figures)) == ("added", total)
    assert (removed.kind, len(removed.figures)) == ("removed", total)


def test_facts_and_findings_are_told_but_not_when_a_report_was_read() -> None:
    before, after = _read(1), deepcopy(_read(1))
    after["reports"][0] |= {"status": "partial", "parser_version": "2", "last_checked": None}
    finding: Row = {"check": "row_refused", "severity": "error", "table": None, "message": "lost", "cells": []}
    identifier = before["reports"][0]["report_id"]
    after["findings"].append({**finding, "report_id": identifier, "expected": None, "actual": None})
    change = _one(before, after)
    assert [(fact.column, fact.before, fact.after) for fact in change.facts] == [("status", "complete", "partial")]
    assert [(one.kind, one.check, one.message) for one in change.findings] == [("added", "row_refused", "lost")]
    assert _one(after, before).findings[0].kind == "removed"


def test_a_chapter_is_told_by_its_heading_when_its_text_or_section_changes() -> None:
    before, after = _read(1), deepcopy(_read(1))
    after["sections"][1]["text"] = "改写。"
    after["sections"][2]["section"] = None
    facts = _one(before, after).facts
    assert [(fact.table, fact.column) for fact in facts] == [
        ("sections", row["heading"]) for row in before["sections"][1:3]
    ]
    assert facts[0].after == f"{before['sections'][1]['section']}: 改写。"
    assert len(_one(before, {**before, "sections": before["sections"][:-1]}).facts) == 1
