from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore

import pytest

from flows.explorer import table_files
from flows.explorer.places import downloads
from tests.support.explorer_client import pages_of
from tests.support.warehouse.rows import HERE, report
from warehouse.publish.write import publish

ADDRESSES = ("places/CN-371003/reports.xlsx", "places/CN/findings.csv", "ask/answer.csv?sql=SELECT 1")


def test_few_files_are_written_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    free = BoundedSemaphore(1)
    monkeypatch.setattr(table_files, "_free", free)
    with pages_of(tmp_path) as client:
        with free:
            answers = [client.get(f"/en/{address}") for address in ADDRESSES]
        assert [answer.status_code for answer in answers] == [503] * len(ADDRESSES)
        assert all("files are being written: ask again" in answer.text for answer in answers)
        assert [client.get(f"/en/{address}").status_code for address in ADDRESSES] == [200] * len(ADDRESSES)


def test_a_file_has_limits_of_memory_and_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    sql = "SELECT current_setting('threads') AS threads, current_setting('memory_limit') AS memory"
    monkeypatch.setattr(downloads, "FRAMES", {**downloads.FRAMES, "reports": sql})
    with pages_of(tmp_path) as client:
        answer = client.get("/en/places/CN-371003/reports.csv").text
    assert answer.splitlines()[1] == '2,"953.6 MiB"'
