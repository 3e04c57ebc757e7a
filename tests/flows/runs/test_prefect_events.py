"""Prefect's server refuses, or something else answers in its place: that is logged, and the run goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prefect.logging import disable_run_logger
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.runs.prefect_events import in_prefect, publish_result
from flows.runs.progress import display
from flows.runs.result import RunResult
from flows.steps.lifecycle import STAGE


class Away:
    """A server that answers everything with a status, and counts what it was asked."""

    def __init__(self, status: int, body: bytes) -> None:
        self.asked: list[str] = []
        away = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                away.asked.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self.send_error(404)  # it wants no token against forged requests

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture(params=[(500, b"{}"), (200, b"<p>We are away.</p>"), (200, b"[]")], ids=["500", "HTML", "no artifact"])
def away(request: pytest.FixtureRequest) -> Iterator[Away]:
    made = Away(*request.param)
    with made.server as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{server.server_port}/api"}):
            yield made
        server.shutdown()


@pytest.mark.filterwarnings("ignore:Artifact creation outside of a flow:FutureWarning")
def test_what_prefect_cannot_be_told_is_logged_and_costs_nothing_else(
    away: Away, caplog: pytest.LogCaptureFixture
) -> None:
    with disable_run_logger(), in_prefect("nightly", STAGE):
        for done in range(4):
            display().show(STAGE, done, 3)
    assert [record.name for record in caplog.records] == ["flows.runs.prefect_events"]
    assert "could not report the progress to Prefect" in caplog.text
    assert len([path for path in away.asked if path == "/api/artifacts/"]) == 1
    caplog.clear()
    outcome = RunResult()
    outcome.alarm("a", "blocked", "HTTP 412")
    publish_result("nightly", outcome)
    said = [record.message for record in caplog.records if record.name == "flows.runs.prefect_events"]
    assert ["counts" in said[0], "alarms" in said[1], len(said)] == [True, True, 2]
