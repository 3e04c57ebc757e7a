from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.explorer.finding_id import finding_id
from flows.ledger.ledger import Ledger
from flows.settings import Settings
from tests.support.explorer_client import pages_of
from tests.support.warehouse.rows import HERE, finding, report, request
from warehouse.publish.write import publish

IDENTIFIER = finding_id("a-2024", "total_equals_parts", "requests", ["received/total"], "…")
PAGES = ("", "findings/", f"findings/{IDENTIFIER}/", "runs/", "portals/", "reports/a-2024/")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = finding("a-2024", message="…", cells=["received/total"])
    rows = {"reports": [report("a-2024", agency_id="a")], "requests": [request("a-2024")], "findings": [found]}
    publish(tmp_path / "data/warehouse", HERE, rows)
    return tmp_path / "data"


@pytest.mark.parametrize("read_only", [True, False])
def test_to_look_makes_no_ledger(root: Path, *, read_only: bool) -> None:
    with pages_of(root, read_only=read_only) as client:
        assert [client.get(f"/en/{page}").status_code for page in PAGES] == [200] * len(PAGES)
    assert [path.name for path in root.iterdir() if "ledger" in path.name] == []


def test_to_look_upgrades_no_ledger(root: Path) -> None:
    file = root / "ledger.sqlite"
    with Ledger(Settings(data_root=root).database):
        pass
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE ledger_revision SET version_num = 'earlier'")
        connection.commit()
    before = file.read_bytes()
    with pages_of(root, read_only=True) as client:
        answer = client.get("/en/findings/")
    assert (answer.status_code, "run `nianbao status`" in answer.text) == (500, True)
    assert file.read_bytes() == before
