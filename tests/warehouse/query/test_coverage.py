from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse.rows import HERE, finding, report, request
from warehouse.publish.write import Partition, publish
from warehouse.query.coverage import CoverageCell, coverage
from warehouse.query.query import QueryError


def test_one_cell_a_partition(tmp_path: Path) -> None:
    publish(
        tmp_path,
        HERE,
        {
            "reports": [report("a"), report("b", status="partial"), report("c")],
            "requests": [request("a"), request("b")],
            "findings": [finding("a"), finding("b"), finding("b", check="z"), finding("c", severity="warning")],
        },
    )
    publish(tmp_path, Partition("CN-371003", 2012), {"reports": [report("d", status="narrative_only", layout=None)]})
    publish(tmp_path, Partition("CN-320812", 2024), {"reports": [report("e")]})
    assert coverage(tmp_path) == [
        CoverageCell("CN-320812", 2024, reports=1, complete=1, errors=0),
        CoverageCell("CN-371003", 2012, reports=1, complete=0, errors=0),
        CoverageCell("CN-371003", 2024, reports=3, complete=2, errors=3),
    ]


def test_no_warehouse_no_coverage(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="nianbao ingest"):
        coverage(tmp_path)
