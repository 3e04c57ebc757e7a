from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from flows.explorer.index.index import Index
from flows.explorer.places.downloads import write_frame
from tests.support.warehouse.rows import HERE, indicator, report
from warehouse.publish.write import publish
from warehouse.storage.store import Folder


@pytest.mark.parametrize(
    ("value", "unit", "count"),
    [
        ("1.2", "万件", 12_000),
        ("1.2", "亿件", 120_000_000),
        ("1.2", "万", 12_000),
        ("12", "件", 12),
        ("12", None, 12),
        ("12", "元", None),
        ("12", "万元", None),
        (None, "万件", None),
    ],
)
def test_a_number_counts_in_its_unit(tmp_path: Path, value: str | None, unit: str | None, count: int | None) -> None:
    number = None if value is None else Decimal(value)
    rows = [indicator("a-2017", "requests_received", value=number, unit=unit, raw=value or "")]
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2017", layout="32")], "indicators": rows})
    index, out = Index(store, tmp_path), io.BytesIO()
    measured = index.frame("SELECT received FROM measures")["received"].astype(object).tolist()
    median = index.frame("SELECT median FROM medians WHERE measure = 'received' AND scope = 'CN'")["median"].tolist()
    index.close()
    write_frame(store, "reports", HERE.jurisdiction, "csv", out)
    (saved,) = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert [None if one != one else one for one in measured] == [count]
    assert median == ([] if count is None else [count])
    assert saved["requests_received_until_2018"] == ("" if count is None else f"{count}.0000")
