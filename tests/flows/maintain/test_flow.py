"""The maintain flow on a real Prefect server: what people and automations see of it there."""

from __future__ import annotations

import json
import shlex
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.flows.steps.test_ingest import HTML, NOWHERE, body, written
from tests.support.servers.prefect import Server, prefect_server
from tests.support.warehouse.place import make_place

RUN = "from flows.maintain.flow import maintain; maintain(release=True)"


@pytest.mark.long
def test_maintain_is_seen_in_prefect(tmp_path: Path) -> None:
    place = make_place(tmp_path / "data", NOWHERE)
    place.ingest(written(tmp_path / "good.html", body(HTML)), jurisdiction=HTML.jurisdiction)
    (capture,) = (place.settings.data_root / "archive" / "sha256").rglob("?" * 64)
    capture.write_bytes(b"other")
    home = tmp_path / "prefect"
    home.mkdir()
    with prefect_server(home) as server:
        own = replace(server, environment=server.environment | {"NIANBAO_DATA_ROOT": str(place.settings.data_root)})
        done = own.command(shlex.join([sys.executable, "-c", RUN]))
        assert done.returncode == 1, done.stdout
        (seen,) = server.ask("flow_runs/filter", limit=10)
        found = {one["key"]: one["data"] for one in server.ask("artifacts/filter", limit=10) if one["key"]}
        events = _events(server)
    assert seen["name"].startswith("maintain ")
    assert seen["name"].endswith(" with a release")
    assert (seen["state_type"], f"archive: {capture}" in seen["state"]["message"]) == ("FAILED", True)
    assert found["maintain-progress"] == 100
    assert "| damaged | 1 |" in found["maintain-run"]
    (alarm,) = json.loads(found["maintain-alarms"])
    assert alarm["reason"].startswith(f"archive: {capture} is damaged")
    assert [(one["event"], one["payload"]) for one in events] == [("store.alarm", alarm)]
    assert len(list((place.warehouse / "_releases").glob("*/SHA256SUMS"))) == 1


def _events(server: Server) -> list[dict[str, Any]]:
    """Our events, once one has come: they are stored a moment later."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: list[dict[str, Any]] = server.ask("events/filter", filter={"event": {"prefix": ["store."]}})["events"]
        if found:
            return found
        time.sleep(0.5)
    return []
