"""A night over several portals, as a user starts it."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from extractors.portals.portal import write_portal
from flows.runs import webhook
from flows.runs.result import RunResult
from flows.settings import Settings
from tests.support.portals.county import GOVERNMENT, County
from tests.support.processes.command import Done, nianbao
from tests.support.servers.alarm_receiver import AlarmReceiver
from tests.support.servers.scripted import Answer, ScriptedServer
from tests.support.warehouse.place import warehouse_files
from warehouse.query.query import connect, run

BUREAU = "甲子县财政局"


def crawl_due(folder: Path, hosts: str, **environment: str) -> Done:
    settings = {"NIANBAO_ALLOW_PRIVATE_HOSTS": hosts, "NIANBAO_RETRIES": "0", **environment}
    names = ("fine", "down", "blocked", "empty")
    return nianbao("crawl", *names, "--due", "--recheck-days", "0", "--quiet", folder=folder, **settings)


def test_one_night_with_portals_that_are_down_blocked_half_empty_and_fine(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with County() as fine, County() as blocked, County() as empty:
        down = County().__enter__()
        portals = {"fine": fine, "down": down, "blocked": blocked, "empty": empty}
        for number, (name, county) in enumerate(portals.items(), 1):
            code = f"CN-99010{number}"
            for year in (2021, 2022, 2023):
                county.add(GOVERNMENT, year)
            made = county.file().model_copy(update={"id": name, "jurisdiction": code, "divisions": {"甲子县": code}})
            write_portal(made, data / "portals")
        hosts = ",".join(county.authority for county in portals.values())
        first = crawl_due(tmp_path, hosts)
        assert (first.code, first.err) == (0, "")
        before = warehouse_files(data / "warehouse")
        assert len({path.split("jurisdiction=")[1][:9] for path in before if path.startswith("reports/")}) == 4

        down.__exit__(None, None, None)
        blocked.serve(blocked.column, lambda _: Answer(status=412))
        empty.listed = empty.listed[:1]
        fine.add(GOVERNMENT, 2024)
        with AlarmReceiver(503) as receiver:
            night = crawl_due(tmp_path, hosts, NIANBAO_WEBHOOK_URL=receiver.address)
    assert night.code == 1
    after = warehouse_files(data / "warehouse")
    assert {path: after[path] for path in before} == before
    assert {path.split("/")[1] for path in set(after) - set(before)} == {"jurisdiction=CN-990101"}
    with connect(data / "warehouse") as connection:
        years = run(connection, "SELECT year FROM reports WHERE jurisdiction = 'CN-990101' ORDER BY year").rows
        named = run(connection, "SELECT name FROM jurisdictions WHERE jurisdiction = 'CN-990101'").rows
    assert years == [(2021,), (2022,), (2023,), (2024,)]
    assert named == [("甲子县",)]
    said = {line.split()[0]: line for line in night.out.splitlines() if line.split()[:1]}
    assert "unreachable" in said["down"]
    assert "does not answer" in said["down"]
    assert "blocked" in said["blocked"]
    assert "412" in said["blocked"]
    assert "fewer_than_before" in said["empty"]
    assert "0 of 1 for 2022, 0 of 1 for 2023" in said["empty"]
    assert "nianbao portal accept empty" in said["empty"]
    assert "fine" not in said
    assert sorted(line.split(": ")[1] for line in night.error_lines) == ["blocked", "down", "empty"]
    posted, again = receiver.posted
    assert posted == again
    assert {alarm["portal"]: alarm["kind"] for alarm in posted["alarms"]} == {
        "down": "unreachable",
        "blocked": "blocked",
        "empty": "fewer_than_before",
    }
    assert posted["counts"]["published"] == 1


def test_a_webhook_that_is_down_fails_no_run_and_is_told_of(tmp_path: Path) -> None:
    with County() as county:
        county.serve(county.column, lambda _: Answer(status=412))
        write_portal(county.file(), tmp_path / "data" / "portals")
        done = nianbao(
            *("crawl", "jiazi", "--quiet"),
            folder=tmp_path,
            NIANBAO_ALLOW_PRIVATE_HOSTS=county.authority,
            NIANBAO_RETRIES="0",
            NIANBAO_WEBHOOK_URL="http://127.0.0.1:1/",
        )
    assert done.code == 1
    assert any("NIANBAO_WEBHOOK_URL" in line for line in done.error_lines)
    assert any(line.startswith("failed: jiazi: the list is incomplete") for line in done.error_lines)


RECEIVERS = {
    "moved": Answer(status=301, headers={"Location": "/new"}),
    "gone": Answer(raw=True),
    "head": Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n".ljust(160, b"x"), raw=True, pieces=160, pause=0.05),
    "body": Answer(b"x" * 160, content_length=1000, pieces=160, pause=0.05),
}
"""What answers the alarms: another address, nothing, a head or a body that comes byte by byte and never whole."""


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("moved", "(127.0.0.1): it answered HTTP 301"),
        ("gone", "(127.0.0.1): ProtocolError"),
        ("head", "(127.0.0.1): it has not answered after 2 s"),
        ("body", None),
    ],
)
def test_a_receiver_that_does_not_take_the_alarms_is_told_of_without_its_secret(
    what: str, said: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = RunResult()
    outcome.alarm("jiazi", "blocked", "HTTP 412")
    monkeypatch.setattr(webhook, "_PAUSES", (0.0,))
    monkeypatch.setattr(webhook, "PATIENCE", 2)
    with ScriptedServer() as server:
        server.serve(f"/{what}/SECRET", RECEIVERS[what])
        monkeypatch.setenv("NIANBAO_WEBHOOK_URL", f"{server.url}/{what}/SECRET?key=SECRET")
        begun = time.monotonic()
        webhook.send_alarms("nightly", "run", outcome, Settings())
        assert time.monotonic() - begun < 6
    assert "SECRET" not in caplog.text
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == (
        [f"the alarms could not be sent to NIANBAO_WEBHOOK_URL {said}"] if said else []
    )
