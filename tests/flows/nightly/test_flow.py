"""A night over several portals, as a user starts it."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from extractors.portals.portal import write_portal
from flows.runs import alarms
from flows.runs.alarms import send_alarms
from flows.runs.result import RunResult
from flows.settings import Settings, explain
from tests.support.portals.county import GOVERNMENT, County
from tests.support.processes.command import Done, nianbao
from tests.support.servers.alarm_receiver import AlarmReceiver
from tests.support.servers.scripted import Answer, ScriptedServer
from tests.support.warehouse.place import report_files
from warehouse.query.query import connect, run

BUREAU = "甲子县财政局"


def crawl_due(folder: Path, hosts: str, **environment: str) -> Done:
    settings = {"NIANBAO_ALLOW_PRIVATE_HOSTS": hosts, "NIANBAO_RETRIES": "0", **environment}
    names = ("fine", "down", "blocked", "empty")
    return nianbao("crawl", *names, "--due", "--recheck-days", "0", "--quiet", folder=folder, **settings)


def write_portals(counties: dict[str, County], folder: Path) -> str:
    """Write the file of each county's portal, with reports of three years; return all hosts."""
    for number, (name, county) in enumerate(counties.items(), 1):
        code = f"CN-99010{number}"
        for year in (2021, 2022, 2023):
            county.add(GOVERNMENT, year)
        made = county.file().model_copy(update={"id": name, "jurisdiction": code, "divisions": {"甲子县": code}})
        write_portal(made, folder)
    return ",".join(county.authority for county in counties.values())


def test_one_night_with_portals_that_are_down_blocked_half_empty_and_fine(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with County() as fine, County() as blocked, County() as empty:
        down = County().__enter__()
        hosts = write_portals({"fine": fine, "down": down, "blocked": blocked, "empty": empty}, data / "portals")
        first = crawl_due(tmp_path, hosts)
        assert (first.code, first.err) == (0, "")
        before = report_files(data / "warehouse")
        assert len({path.split("jurisdiction=")[1][:9] for path in before if path.startswith("reports/")}) == 4

        down.__exit__(None, None, None)
        blocked.serve(blocked.list_path, lambda _: Answer(status=412))
        empty.listed = empty.listed[:1]
        fine.add(GOVERNMENT, 2024)
        with AlarmReceiver(503) as receiver:
            night = crawl_due(tmp_path, hosts, NIANBAO_ALARM_URLS=receiver.address)
    assert night.code == 1
    after = report_files(data / "warehouse")
    for files in (before, after):
        files.pop("agencies/data.parquet")  # the years for which a name was seen
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
    assert "what was published stays" in said["empty"]
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


def test_a_receiver_that_is_down_fails_no_run_and_is_logged(tmp_path: Path) -> None:
    with County() as county:
        county.serve(county.list_path, lambda _: Answer(status=412))
        write_portal(county.file(), tmp_path / "data" / "portals")
        done = nianbao(
            *("crawl", "jiazi", "--quiet"),
            folder=tmp_path,
            NIANBAO_ALLOW_PRIVATE_HOSTS=county.authority,
            NIANBAO_RETRIES="0",
            NIANBAO_ALARM_URLS="json://127.0.0.1:1/",
        )
    assert done.code == 1
    assert any("NIANBAO_ALARM_URLS" in line for line in done.error_lines)
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
        ("moved", "HTTP 301"),
        ("gone", "the receiver could not be reached"),
        ("head", "no answer after 2 s"),
        ("body", "no answer after 2 s"),
    ],
)
def test_a_receiver_that_does_not_take_the_alarms_is_logged_without_its_secret(
    what: str, said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alarms, "_PAUSES", (0.0,))
    monkeypatch.setattr(alarms, "PATIENCE", 2)
    with ScriptedServer() as server, caplog.at_level(logging.DEBUG):
        server.serve(f"/{what}/SECRET", RECEIVERS[what])
        begun = time.monotonic()
        address = f"json://user:SECRET@{server.authority}/{what}/SECRET?-key=SECRET"
        send_alarms("nightly", "run", blocked(), [address])
        assert time.monotonic() - begun < 6
    assert "SECRET" not in caplog.text
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"the alarms could not be sent to json://127.0.0.1 (NIANBAO_ALARM_URLS): {said}"
    ]


def blocked() -> RunResult:
    result = RunResult()
    result.alarm("jiazi", "blocked", "HTTP 412")
    return result


def test_an_address_that_apprise_does_not_know_is_logged_without_its_secret(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send_alarms("nightly", "run", blocked(), ["nonsense://SECRET/SECRET", "slack://SECRET"])
    assert "SECRET" not in caplog.text
    assert sorted(record.message for record in caplog.records) == [
        f"the alarms could not be sent to {scheme}://… (NIANBAO_ALARM_URLS): apprise does not understand this address"
        for scheme in ("nonsense", "slack")
    ]


def test_a_web_hook_gets_the_alarms_for_programs_and_a_chat_for_people() -> None:
    result = blocked()
    for number in range(30):
        result.alarm(f"p{number}", "unreachable", "does not answer")
    token = "SECRETSECRETSECRETSECRET12"
    with ScriptedServer() as server:
        server.serve("/hook", Answer())
        server.serve(f"/hooks/{token}", Answer())
        addresses = [f"json://{server.authority}/hook", f"mmost://{server.authority}/{token}"]
        send_alarms("nightly", "run-1", result, addresses)
        posted = {request.path: json.loads(request.body) for request in server.requests}
    hook = posted.pop("/hook")
    assert {name: hook[name] for name in ("version", "title", "type", "attachments")} == {
        "version": "1.0",
        "title": "nianbao nightly: 31 alarms",
        "type": "warning",
        "attachments": [],
    }
    content = json.loads(hook["message"])
    assert (content["flow"], content["run_id"], len(content["alarms"])) == ("nightly", "run-1", 31)
    assert content["alarms"][0] == {"portal": "jiazi", "kind": "blocked", "reason": "HTTP 412"}
    assert content["counts"] == result.numbers
    ((_, chat),) = posted.items()
    assert "nianbao nightly: 31 alarms" in chat["text"]
    assert "jiazi: blocked: HTTP 412\n" in chat["text"]
    assert "… and 11 more\nrun run-1" in chat["text"]


def test_a_run_without_alarms_sends_nothing() -> None:
    with AlarmReceiver() as receiver:
        send_alarms("nightly", "run", RunResult(), [receiver.address])
        assert receiver.posted == []


def test_alarm_addresses_are_split_at_commas_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_ALARM_URLS", "mailto://u:p@x.org?to=a@x.org,b@x.org, jsons://y.org/z")
    assert Settings().alarm_urls == ("mailto://u:p@x.org?to=a@x.org,b@x.org", "jsons://y.org/z")
    monkeypatch.setenv("NIANBAO_ALARM_URLS", "SECRET")
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert explain(raised.value).startswith("NIANBAO_ALARM_URLS: ")
    assert "SECRET" not in explain(raised.value)
