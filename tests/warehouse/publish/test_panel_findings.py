"""The findings of panel checks are written where they change, and only those that were evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse.rows import HERE, report
from warehouse.paths import Partition, partition_path
from warehouse.publish.merge import InvalidRow
from warehouse.publish.panel_findings import panel_findings_of, publish_panel_findings
from warehouse.publish.write import publish, remove
from warehouse.query.query import connect, run
from warehouse.schema import Row, load_tables

LAST_YEAR = Partition(HERE.jurisdiction, HERE.year - 1)


def found(report_id: str, check: str = "equal_tables", **changes: object) -> Row:
    own = {"table": None, "message": "odd", "expected": None, "actual": "7", "cells": [], "others": ["other-2024"]}
    return {"report_id": report_id, "check": check, "severity": "warning", **own, **changes}


def file(warehouse: Path, partition: Partition = HERE) -> Path:
    return warehouse / partition_path("panel_findings", partition)


def test_rows_come_back_as_they_were_and_sql_knows_them(tmp_path: Path) -> None:
    changes = publish_panel_findings(tmp_path, {HERE: [found("a"), found("b")]})
    assert [(change.rows_before, change.rows_after, change.written) for change in changes] == [(0, 2, True)]
    assert panel_findings_of(tmp_path, HERE, "a") == [found("a")]
    sql = "SELECT jurisdiction, year, report_id, others FROM panel_findings ORDER BY ALL"
    expected = [(HERE.jurisdiction, HERE.year, name, ["other-2024"]) for name in ("a", "b")]
    assert run(connect(tmp_path), sql).rows == expected
    assert run(connect(tmp_path), 'SELECT "年报编号" FROM "比对问题"'.replace("年报", "报告")).rows == [("a",), ("b",)]


def test_the_same_findings_touch_no_file(tmp_path: Path) -> None:
    publish_panel_findings(tmp_path, {HERE: [found("b"), found("a")]})
    before = file(tmp_path).stat()
    (change,) = publish_panel_findings(tmp_path, {HERE: [found("a"), found("b")]})
    assert not change.written
    assert file(tmp_path).stat() == before


def test_findings_that_no_longer_hold_are_gone(tmp_path: Path) -> None:
    publish_panel_findings(tmp_path, {HERE: [found("a"), found("b")], LAST_YEAR: [found("a")]})
    publish_panel_findings(tmp_path, {HERE: [], LAST_YEAR: [found("a", "body_stopped", severity="info")]})
    assert run(connect(tmp_path), 'SELECT year, "check" FROM panel_findings').rows == [(LAST_YEAR.year, "body_stopped")]


def test_findings_of_other_checks_stay(tmp_path: Path) -> None:
    publish_panel_findings(tmp_path, {HERE: [found("a"), found("a", "figure_jumps")]})
    publish_panel_findings(tmp_path, {HERE: [found("b")]}, {"equal_tables"})
    sql = 'SELECT report_id, "check" FROM panel_findings ORDER BY 1'
    assert run(connect(tmp_path), sql).rows == [("a", "figure_jumps"), ("b", "equal_tables")]
    with pytest.raises(InvalidRow, match="its check is not among the checks being published"):
        publish_panel_findings(tmp_path, {HERE: [found("b")]}, {"figure_jumps"})


def test_publishing_and_removing_reports_leaves_them(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")]})
    publish_panel_findings(tmp_path, {HERE: [found("a")]})
    before = file(tmp_path).stat()
    publish(tmp_path, HERE, {"reports": [report("a", title="other")]})
    remove(tmp_path, HERE, ["a"])
    assert file(tmp_path).stat() == before


def test_partitions_without_findings_have_no_file(tmp_path: Path) -> None:
    publish_panel_findings(tmp_path, {HERE: []})
    assert not file(tmp_path).exists()


def test_the_command_that_writes_them_is_named() -> None:
    assert load_tables()["panel_findings"].remedy == "nianbao check"
