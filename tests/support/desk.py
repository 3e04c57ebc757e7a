"""The review desk of a data root, used as a browser would: forms are sent with their fields, runs are waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi.testclient import TestClient
from httpx import Response

from flows.explorer.application import create_application
from flows.explorer.explorer import Explorer, open_explorer
from flows.explorer.guard import Guard
from flows.explorer.review.runner import RunState
from tests.support.warehouse.place import Place

HOST = "localhost:1"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Desk:
    """An explorer with a client that is a page of its own."""

    explorer: Explorer
    client: TestClient

    def get(self, path: str) -> str:
        """Return a page, which must be there."""
        answer: Response = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **fields: object) -> Response:
        """Send a form of this explorer."""
        data = {"form_token": self.explorer.form_token, **fields}
        answer: Response = self.client.post(path, data=data, follow_redirects=False)
        return answer

    def finding(self, check: str, like: str = "%") -> dict[str, object]:
        """Return the one finding of a check whose message is like this."""
        sql = """SELECT finding_id AS finding, capture_sha256 AS capture, url, report_id FROM findings
            JOIN reports USING (report_id) WHERE "check" = $check AND message LIKE $text"""
        self.explorer.index.refresh()
        (row,) = self.explorer.index.frame(sql, {"check": check, "text": like}).to_dict("records")
        return {str(name): value for name, value in row.items()}

    def decide(self, what: str, of: dict[str, object], /, **fields: object) -> Response:
        """Send a decision of a finding."""
        own = {name: of[name] for name in ("finding", "capture", "url")}
        return self.post(f"/en/decisions/{what}/", **{**own, "reason": "seen", "by": "王五", **fields})

    def run(self, **fields: object) -> RunState:
        """Read documents again and wait until that is done; it must not fail."""
        started = self.post("/en/runs/", **fields)
        assert started.status_code == 303, started.text
        until = time.monotonic() + PATIENCE
        while (state := self.explorer.runner.state) is None or state.ended is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert state.error == ""
        return state


@contextmanager
def desk_of(place: Place, *, read_only: bool = False) -> Iterator[Desk]:
    """Open the desk of a data root."""
    with open_explorer(place.settings, read_only) as explorer:
        application = create_application(explorer, Guard(frozenset({HOST}), None))
        yield Desk(explorer, TestClient(application, base_url=f"http://{HOST}", headers={"origin": f"http://{HOST}"}))
