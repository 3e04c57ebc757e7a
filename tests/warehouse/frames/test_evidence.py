"""Every figure of a report with its place in the source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse.rows import HERE, disclosure, finding, report_of, request
from warehouse.frames import Warehouse
from warehouse.publish.write import publish, write_dimension
from warehouse.query.query import QueryError


def test_evidence_is_every_figure_with_its_place_its_source_and_its_findings(tmp_path: Path) -> None:
    rows = {
        "reports": [report_of("a", 2024, capture_sha256="f" * 64), report_of("b", 2024)],
        "requests": [
            request("a-2024", "total", page=2, grid=1, row=20, column=9, bbox=[1.0, 2.0, 3.0, 4.0]),
            request("a-2024", "received", "natural_person"),
            request("b-2024"),
        ],
        "disclosures": [disclosure("a-2024", unit="万元")],
        "findings": [finding("a-2024"), finding("a-2024", table=None, cells=[]), finding("b-2024")],
    }
    publish(tmp_path, HERE, rows)
    evidence = Warehouse(tmp_path).evidence("a-2024")
    names = ["table", "figure", "value", "unit"]
    assert evidence[names].to_numpy().tolist() == [
        ["disclosures", "20(8)/fee/fee_amount", 12.5, "万元"],
        ["requests", "received/natural_person", 7.0, "件"],
        ["requests", "total/total", 7.0, "件"],
    ]
    total = evidence.set_index("figure").loc["total/total"]
    assert [total[name] for name in ("page", "grid", "row", "column")] == [2, 1, 20, 9]
    assert list(total["bbox"]) == [1.0, 2.0, 3.0, 4.0]
    assert (total["url"], total["capture_sha256"]) == ("https://example.org/a-2024.html", "f" * 64)
    assert [list(one) for one in evidence["findings"]] == [[], [], ["总计 1 ≠ 0"]]
    assert evidence["page"].isna().to_list() == [True, True, False]


@pytest.mark.parametrize("at_home", [True, False])
def test_a_report_is_found_at_its_agencys_home_and_elsewhere(tmp_path: Path, at_home: bool) -> None:
    home = HERE.jurisdiction if at_home else "CN-371002"
    spellings: list[str] = []
    agency = {"agency_id": "a", "jurisdiction": home, "name": "某", "kind": "government", "spellings": spellings}
    write_dimension(tmp_path, "agencies", [agency])
    write_dimension(tmp_path, "jurisdictions", [_division("CN-371002")])
    publish(tmp_path, HERE, {"reports": [report_of("a", 2024)], "requests": [request("a-2024")]})
    assert len(Warehouse(tmp_path).evidence("a-2024")) == 1
    with pytest.raises(QueryError, match=r"^no report a-2023: reports lists them, as agency_id-year$"):
        Warehouse(tmp_path).evidence("a-2023")
    with pytest.raises(QueryError, match=r"^no report \*-2024: "):
        Warehouse(tmp_path).evidence("*-2024")


def _division(code: str) -> dict[str, object]:
    lists: dict[str, list[str]] = {"former_names": [], "successors": []}
    return {"jurisdiction": code, "name": "某", "level": "county", "full_name": "某", **lists}
