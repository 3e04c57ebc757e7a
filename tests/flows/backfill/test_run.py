"""`nianbao backfill`: what it asks the server for, what it tells, and how it goes on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from extractors.portals.portal import write_portal
from extractors.web.request import Request
from flows.backfill import run as backfill_run
from flows.backfill.plan import BackfillRequest
from flows.backfill.run import backfill, backfill_portal
from flows.cli.main import main
from flows.runs.result import Counts
from flows.settings import Settings
from flows.steps.fetch import open_fetcher
from flows.steps.listed_reports import ListedReport
from flows.steps.pipeline import crawl_entries
from flows.workers.threads import in_threads
from flows.workspace import open_workspace
from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.portals.server import page
from tests.support.processes.command import Done
from tests.support.servers.scripted import Answer, RecordedRequest
from warehouse.query.query import connect, run

BUREAU = "甲子县教育局"
Command = Callable[..., Done]
HERE = ("--province", "99", "--quiet")
"""Only the simulated portal."""


@pytest.fixture
def data(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data root of this process, with the county's portal."""
    place = county.place(tmp_path / "data")
    write_portal(place.portal, tmp_path / "data" / "portals")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", county.authority)
    monkeypatch.setenv("NIANBAO_RETRIES", "0")
    monkeypatch.setenv("NIANBAO_READ_WORKERS", "1")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def command(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`nianbao backfill` inside this process, which saves the start of another."""

    def given(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["nianbao", "backfill", *arguments])
        with pytest.raises(SystemExit) as exited:
            main()
        said = capsys.readouterr()
        return Done(int(exited.value.code or 0), said.out, said.err)

    return given


def asked(county: County) -> list[str]:
    """Paths asked for since the last call."""
    paths = [request.target for request in county.requests]
    county.requests.clear()
    return paths


def planned(done: Done) -> dict[str, Any]:
    """Return the only portal of the plan that was printed as JSON, with its years by their number."""
    (portal,) = json.loads(done.out)["plan"]["portals"]
    return {**portal, "years": {year["year"]: year for year in portal["years"]}}


def test_past_years_are_filled_in_and_what_is_missing_is_told(county: County, data: Path, command: Command) -> None:
    there = [county.add(GOVERNMENT, year) for year in (2022, 2023)]
    gone = county.add(BUREAU, 2022, Answer(status=404))
    unread = county.add(BUREAU, 2023, page("<h1>年度报告</h1><p>正文将于近日发布，请稍后再来查看。</p>" * 30))
    years = ("--from", "2021", "--to", "2023", *HERE)

    plan = command(*years, "--dry-run", "--json")
    assert (plan.code, asked(county)) == (0, [])
    assert planned(plan)["lists"] is None
    assert json.loads(plan.out)["plan"]["never_crawled"] == ["jiazi"]
    assert "unknown" in command(*years, "--dry-run").out

    done = command(*years)
    assert done.code == 1
    lines = sorted(done.error_lines, key=lambda line: unread in line)
    assert lines[0].startswith(f"failed: {county.url}{gone}: HTTP 404")
    assert lines[1].startswith(f"failed: {county.url}{unread}: not an annual report")
    assert len(lines) == 2
    assert done.out.startswith("new plan: 3 steps for 1 portal; at least 2 requests in all")
    (hole,) = [line.split() for line in done.out.splitlines() if "not_published" in line]
    assert hole[:4] == ["CN-990101", GOVERNMENT, "2021", "not_published"]
    first = asked(county)
    assert set(first) > {*there, gone, unread}
    with connect(data / "warehouse") as connection:
        assert run(connection, "SELECT year FROM reports ORDER BY year").rows == [(2022,), (2023,)]

    plan = command(*years, "--dry-run", "--json")
    portal = planned(plan)
    assert (portal["years"][2022]["states"], portal["years"][2021]["states"]) == (
        {"failed": 1, "published": 1},
        {"not_published": 1},
    )
    to_read = {year: (one["listed"], one["to_read"]) for year, one in portal["years"].items()}
    assert to_read == {2021: (0, 0), 2022: (2, 1), 2023: (2, 1)}
    assert asked(county) == []

    told = json.loads(command(*years, "--json").out)
    again = asked(county)
    assert sorted(again) == sorted(set(first) - {*there})
    assert len(again) == portal["requests"] == told["plan"]["requests"]
    assert told["counts"]["not_due"] == 2
    assert [(alarm["portal"], alarm["kind"]) for alarm in told["alarms"]] == [("jiazi", "reports_failed")]
    assert {failure["where"] for failure in told["failures"]} == {county.url + gone, county.url + unread}
    assert {hole["state"] for hole in told["holes"]} == {"failed", "quarantined", "not_published"}


def test_gaps_are_the_years_of_which_a_report_is_missing(county: County, command: Command) -> None:
    blocked = county.add(GOVERNMENT, 2022, Answer(status=412))
    bureau = county.add(BUREAU, 2021, Answer(status=404))
    assert command("--gaps", "--from", "2018", "--to", "2022", *HERE).code == 1
    assert {blocked, bureau} <= set(asked(county))
    years = planned(command("--gaps", "--from", "2020", *HERE, "--dry-run", "--json"))["years"]
    last_year = max(years)
    assert set(years) == {*range(2020, last_year + 1)}
    assert years[2022]["states"] == {"blocked": 1}
    done = command("--gaps", "--from", "2023", "--to", "2023", *HERE)
    assert (done.code, done.err) == (0, "")
    assert "not_published" in done.out
    assert blocked not in asked(county)


def test_nothing_to_do_is_said(county: County, command: Command) -> None:
    done = command("--from", "2008", "--to", "2017", *HERE)
    assert (done.code, done.out, done.err, asked(county)) == (0, "nothing to do\n", "", [])
    assert json.loads(command("--from", "2008", "--to", "2017", *HERE, "--json").out)["plan"]["steps"] == 0


def broken_off(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    """Lets the crawl die before it reads a year."""

    def die(announced: Sequence[ListedReport], *others: Any) -> None:
        if any(one.title.year == year for one in announced):
            raise KeyboardInterrupt
        crawl_entries(announced, *others)

    monkeypatch.setattr(backfill_run, "crawl_entries", die)


def test_plan_that_was_cut_off_is_gone_on_with(
    county: County, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {year: county.add(GOVERNMENT, year, Answer(status=404)) for year in (2020, 2021, 2022)}
    years = ("--from", "2020", "--to", "2022", *HERE)
    with monkeypatch.context() as patched:
        broken_off(patched, 2021)
        assert command(*years).code != 0
    before = asked(county)
    assert paths[2022] in before
    assert "1 of 3 steps done" in command(*years, "--dry-run").out
    shown = planned(command(*years, "--dry-run", "--json"))["years"]
    assert [bool(shown[year]["done"]) for year in (2020, 2021, 2022)] == [False, False, True]

    done = command(*years)
    assert done.out.startswith("resuming the plan of 20")
    assert asked(county) == [paths[2021], paths[2020]]
    assert sorted(line.split(": ")[1] for line in done.error_lines) == [county.url + path for path in paths.values()]
    assert done.code == 1
    assert command(*years).out.startswith("new plan")
    assert set(asked(county)) == {*before, *paths.values()}


def test_plan_that_was_cut_off_can_be_given_up(
    county: County, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2022, Answer(status=404))
    years = ("--from", "2022", "--to", "2022", *HERE)
    with monkeypatch.context() as patched:
        broken_off(patched, 2022)
        assert command(*years).code != 0
    before = asked(county)
    assert command(*years, "--new-plan").out.startswith("new plan")
    assert set(asked(county)) > set(before)


def test_crawl_that_breaks_off_is_left_to_the_next_plan(
    county: County, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2022, Answer(status=404))
    years = ("--from", "2022", "--to", "2022", *HERE)
    with monkeypatch.context() as patched:
        patched.setattr(backfill_run, "read_lists", lambda *_, **__: 1 / 0)
        done = command(*years)
    assert done.code == 1
    assert done.error_lines == ["failed: jiazi: the crawl crashed: ZeroDivisionError: division by zero"]
    done = command(*years)
    assert done.out.startswith("new plan")
    assert "HTTP 404" in done.err


def test_portal_whose_file_is_gone_is_told_and_not_tried_again(data: Path) -> None:
    with open_workspace(Settings()) as workspace:
        plans = workspace.ledger.plans
        plan = plans.create("all", {}, [("gone", 2021), ("gone", 2022)])
        (failure,) = backfill_portal(Settings(), plan.plan_id, "gone", [2022, 2021], "run").failures
        assert (failure.where, "its file has been removed" in failure.reason) == ("gone", True)
        assert all(step.done and len(step.failures) == 1 for step in plans.steps(plan.plan_id))


def test_only_one_process_at_a_time_carries_out_a_backfill(county: County, command: Command) -> None:
    asked_for, go_on = Event(), Event()

    def hang(_: RecordedRequest) -> Answer:
        asked_for.set()
        go_on.wait(60)
        return Answer(status=404)

    path = county.add(GOVERNMENT, 2022)
    county.serve(path, hang)

    def carry_out() -> None:
        with in_threads(partial(backfill_portal, Settings()), 1) as submit:
            backfill(BackfillRequest(2022, 2022, "CN-99"), Settings(), submit)

    first = Thread(target=carry_out)
    first.start()
    try:
        assert asked_for.wait(60)
        done = command("--from", "2022", "--to", "2022", *HERE)
    finally:
        go_on.set()
        first.join()
    assert done.code == 1
    (line,) = done.error_lines
    assert "another process" in line
    assert asked(county).count(path) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "--gaps"),
        (("--from", "2020"), "--to"),
        (("--from", "2021", "--to", "2020"), "after the last"),
        (("--from", "2007", "--to", "2020"), "2008"),
        (("--from", "2020", "--to", "2021", "--province", "Mars"), "unknown province Mars"),
        (("--from", "2020", "--to", "2021", "--portal", "nowhere"), "unknown portal nowhere"),
    ],
)
def test_bad_usage_ends_with_2(command: Command, arguments: tuple[str, ...], reason: str) -> None:
    done = command(*arguments)
    assert (done.code, done.out) == (2, "")
    assert reason in " ".join(done.err.replace("│", " ").split())


def test_answer_that_came_before_the_process_died_is_entered_without_a_request(
    county: County, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = county.add(GOVERNMENT, 2022)
    address = county.url + path
    with open_workspace(Settings()) as workspace:
        memory = workspace.ledger.saved_responses("plan", workspace.archive)
        portal = county.file()
        with monkeypatch.context() as patched, open_fetcher(portal, workspace, Counts(), memory) as collector:
            patched.setattr(workspace.ledger.fetches, "record", lambda *_: sys.exit("killed"))
            with pytest.raises(SystemExit):
                collector.capture(address)
        with open_fetcher(portal, workspace, Counts(), memory) as collector:
            capture = collector.capture(address)
            again = collector.fetch(Request(address))
        assert not isinstance(capture, str)
        assert capture.body == again.body == report_page(GOVERNMENT, 2022).encode()
        assert workspace.ledger.address(address) == capture.address
    assert asked(county) == ["/robots.txt", path]
