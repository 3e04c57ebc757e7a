from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.warehouse.rows import HERE, MORNING, covered, finding, report, request
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.query.coverage import CoverageCell, Gap, Share, cells, gaps, shares
from warehouse.query.query import connect

ELSEWHERE = Partition("CN-320812", 2024)
ROWS = {
    (HERE, "east"): [
        covered("east", None, "failed", list_complete=False, reason="page 2 of 3 failed", url="http://east.cn/"),
        covered("east", "a", list_complete=False),
        covered("east", "b", "partial", list_complete=False),
        covered("east", "c", "quarantined", list_complete=False, reason="no year", url="http://east.cn/c"),
    ],
    (HERE, "west"): [covered("west", None), covered("west", "c", "not_published"), covered("west", "d")],
    (ELSEWHERE, "east"): [covered("east", "e", "blocked", list_complete=False)],
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse of three partitions with reports and two with coverage."""
    rows = {
        "reports": [report("a"), report("b", status="partial"), report("c")],
        "requests": [request("a"), request("b")],
        "findings": [finding("a"), finding("b"), finding("b", check="z"), finding("c", severity="warning")],
    }
    publish(tmp_path, HERE, rows)
    publish(tmp_path, Partition("CN-371003", 2012), {"reports": [report("d", status="narrative_only", layout=None)]})
    publish(tmp_path, ELSEWHERE, {"reports": [report("e")]})
    for (partition, portal), own in ROWS.items():
        publish_coverage(tmp_path, partition, portal, lambda _, own=own: own)  # type: ignore[misc]
    province = {"jurisdiction": "CN-370000", "name": "山东省", "level": "province", "full_name": "山东省"}
    write_dimension(tmp_path, "jurisdictions", [province])
    bureau = {"agency_id": "c", "jurisdiction": "CN-371003", "name": "文登区教育局", "kind": "department"}
    write_dimension(tmp_path, "agencies", [bureau | {"spellings": []}])
    with connect(tmp_path) as connected:
        yield connected


def test_one_cell_a_partition(connection: duckdb.DuckDBPyConnection) -> None:
    expected = [
        CoverageCell("CN-320812", 2024, reports=1, complete=1, errors=0),
        CoverageCell("CN-371003", 2012, reports=1, complete=0, errors=0),
        CoverageCell("CN-371003", 2024, reports=3, complete=2, errors=3),
    ]
    assert cells(connection) == expected
    assert cells(connection, "CN-37") == expected[1:]


def test_a_share_counts_each_report_once_and_no_lists(connection: duckdb.DuckDBPyConnection) -> None:
    counted = shares(connection)
    assert counted == [
        Share("CN-320000", "CN-320000", 2024, {"blocked": 1}),
        Share("CN-370000", "山东省", 2024, {"partial": 1, "published": 2, "quarantined": 1}),
    ]
    assert [(share.published, share.expected) for share in counted] == [(0, 1), (3, 4)]


def test_gaps_are_reports_that_are_not_there_and_lists_that_were_not_read_to_their_end(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    here = ("CN-371003", 2024)
    expected = [
        Gap("CN-320812", 2024, "e", "e", "blocked", MORNING, "east", None, None),
        Gap(*here, None, None, "failed", MORNING, "east", "http://east.cn/", "page 2 of 3 failed"),
        Gap(*here, "c", "文登区教育局", "quarantined", MORNING, "east", "http://east.cn/c", "no year"),
    ]
    assert gaps(connection) == expected
    assert gaps(connection, "CN-37") == expected[1:]
    assert gaps(connection, "CN-11") == []
