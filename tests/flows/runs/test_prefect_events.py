"""Prefect's server refuses, or something else answers in its place: that is logged, and the run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.runs.prefect_events import in_prefect, publish_coverage_table, publish_result
from flows.runs.progress import display
from flows.runs.result import RunResult
from flows.steps.lifecycle import STAGE
from tests.support.servers.scripted import Answer, ScriptedServer
from tests.support.warehouse.rows import HERE, covered
from warehouse.publish.coverage import publish_coverage
from warehouse.storage.store import Folder


@pytest.fixture(params=[(500, b"{}"), (200, b"<p>We are away.</p>"), (200, b"[]")], ids=["500", "HTML", "no artifact"])
def away(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    """Yield a server in the place of Prefect's that takes no artifact; it wants no token against forged requests."""
    status, body = request.param
    with ScriptedServer() as server:
        server.serve("/api/artifacts/", Answer(body, status))
        with temporary_settings({PREFECT_API_URL: f"{server.url}/api"}):
            yield server


@pytest.mark.filterwarnings("ignore:Artifact creation outside of a flow:FutureWarning")
def test_what_prefect_cannot_be_told_is_logged_and_costs_nothing_else(
    away: ScriptedServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with disable_run_logger(), in_prefect("nightly", STAGE):
        for done in range(4):
            display().show(STAGE, done, 3)
    assert [record.name for record in caplog.records] == ["flows.runs.prefect_events"]
    assert "could not report the progress to Prefect" in caplog.text
    assert len([request for request in away.requests if request.path == "/api/artifacts/"]) == 1
    caplog.clear()
    outcome = RunResult()
    outcome.alarm("a", "blocked", "HTTP 412")
    publish_result("nightly", outcome)
    publish_coverage_table(Folder(tmp_path))
    publish_coverage(tmp_path, HERE, "a", lambda _: [covered("a", "b")])
    publish_coverage_table(Folder(tmp_path))
    said = [record.message for record in caplog.records if record.name == "flows.runs.prefect_events"]
    assert ["counts" in said[0], "alarms" in said[1], "coverage" in said[2], len(said)] == [True, True, True, 3]
