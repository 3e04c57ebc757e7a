"""A backfill of two portals that is gone on with: nobody waits for a portal that broke off, and no alarm is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extractors.portals.portal import write_portal
from flows.backfill import run as backfill_run
from flows.backfill.plan import BackfillRequest
from flows.backfill.run import backfill, backfill_portal
from flows.nightly.run import crawl_now, crawl_one
from flows.runs.result import Alarm, Failure, RunResult
from flows.settings import Settings
from flows.steps import pipeline
from flows.steps.listed_reports import ListedReport, read_lists
from flows.steps.pipeline import crawl_entries
from flows.steps.publish import publish_editions
from flows.workers.threads import in_threads
from flows.workspace import open_workspace
from tests.support.portals.county import COUNTY, GOVERNMENT, County
from tests.support.servers.alarm_receiver import AlarmReceiver
from tests.support.servers.scripted import Answer

BOTH = BackfillRequest(2021, 2022, "CN-99")
GONE = Answer(status=404)
"""To read pages takes longer than all else."""
BUREAUS = tuple(f"{COUNTY}{name}局" for name in ("教育", "财政"))


@dataclass(frozen=True, slots=True)
class Two:
    """The portals `a` and `b`."""

    a: County
    b: County


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Two portals that list a report for each of two years, whose pages are gone, and the data root of this process."""
    with County() as a, County() as b:
        for name, number, county in (("a", 1, a), ("b", 2, b)):
            code = f"CN-99010{number}"
            made = county.file().model_copy(update={"id": name, "jurisdiction": code, "divisions": {COUNTY: code}})
            write_portal(made, tmp_path / "data" / "portals")
            for year in (2021, 2022):
                county.add(GOVERNMENT, year, GONE)
        monkeypatch.setenv("NIANBAO_DATA_ROOT", str(tmp_path / "data"))
        monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", f"{a.authority},{b.authority}")
        monkeypatch.setenv("NIANBAO_RETRIES", "0")
        monkeypatch.setenv("NIANBAO_READ_WORKERS", "1")
        yield Two(a, b)


def fill(wanted: BackfillRequest = BOTH) -> RunResult:
    """Return a start of the backfill, one portal after the other."""
    with in_threads(partial(backfill_portal, Settings()), 1) as submit:
        return backfill(wanted, Settings(), submit)


def fill_killed(
    monkeypatch: pytest.MonkeyPatch, dies: Callable[[str, set[int]], bool], wanted: BackfillRequest = BOTH
) -> None:
    """Return a start that dies before it reads the pages of a year of a portal."""

    def crawl(announced: Sequence[ListedReport], portal: Any, *others: Any) -> None:
        if dies(portal.id, {one.title.year for one in announced}):
            raise KeyboardInterrupt
        crawl_entries(announced, portal, *others)

    with monkeypatch.context() as patched:
        patched.setattr(backfill_run, "crawl_entries", crawl)
        with pytest.raises(KeyboardInterrupt):
            fill(wanted)


def crawl_a() -> RunResult:
    """Return a crawl of portal `a`, as every night."""
    with in_threads(partial(crawl_one, Settings()), 1) as crawl:
        return crawl_now(Settings(), ["a"], None, crawl)


def kinds(outcome: RunResult) -> set[tuple[str, str]]:
    return {(alarm.portal, alarm.kind) for alarm in outcome.alarms}


def test_portal_that_breaks_off_does_not_hold_up_the_others(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(portal: Any, *others: Any, **named: Any) -> Any:
        if portal.id == "b":
            raise ValueError("of a kind that nobody foresaw")
        return read_lists(portal, *others, **named)

    reason = "the crawl crashed: ValueError: of a kind that nobody foresaw"
    with monkeypatch.context() as patched:
        patched.setattr(backfill_run, "read_lists", poisoned)
        first = fill()
        new = two.a.add(BUREAUS[0], 2022, GONE)
        two.a.requests.clear()
        second = fill()
    assert new in [one.path for one in two.a.requests]
    for start in (first, second):
        assert [one.reason for one in start.failures if one.where == "b"] == [reason]
        assert [one for one in start.alarms if one.portal == "b"] == [Alarm("b", "broke_off", reason)]
    assert two.b.requests == []
    assert kinds(fill()) == {("a", "reports_failed"), ("b", "reports_failed")}


def test_portal_that_breaks_off_after_its_last_year_is_told(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill_run, "compact_manifest", lambda _: 1 / 0)
    outcome = fill()
    assert {("a", "broke_off"), ("b", "broke_off")} <= kinds(outcome)
    assert {"a", "b"} <= {failure.where for failure in outcome.failures}


def test_what_a_year_had_published_when_its_crawl_broke_off_is_told(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish_and_break(editions: Sequence[Any], *others: Any) -> None:
        publish_editions(editions, *others)
        if editions:
            raise OSError("no space left on device")

    monkeypatch.setattr(pipeline, "publish_editions", publish_and_break)
    page = two.a.add(BUREAUS[0], 2022)
    outcome = fill()
    assert [one.url for one in outcome.publications] == [two.a.url + page]
    assert (outcome.counts.published, outcome.counts.found) == (1, 4)
    assert Failure(two.a.url + two.a.listed[1][0], "HTTP 404 Not Found") in outcome.failures
    assert ("a", "broke_off") in kinds(outcome)


def test_alarms_of_a_start_that_was_killed_are_told_by_the_next(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    two.a.foot = '<a href="index_2.html">2</a><a href="index_2.html">尾页</a>'
    two.a.serve(f"{two.a.list_path}index_2.html", Answer(status=412))
    fill_killed(monkeypatch, lambda portal, _: portal == "b")
    two.a.requests.clear()
    with AlarmReceiver() as receiver:
        monkeypatch.setenv("NIANBAO_ALARM_URLS", receiver.address)
        resumed = fill()
        monkeypatch.delenv("NIANBAO_ALARM_URLS")
    assert two.a.requests == []
    assert kinds(resumed) == {("a", "blocked"), ("a", "reports_failed"), ("b", "reports_failed")}
    with open_workspace(Settings()) as workspace:
        entered = workspace.ledger.runs.last(1)[0].alarms
    (sent,) = receiver.posted
    told = [{"portal": one.portal, "kind": one.kind, "reason": one.reason} for one in resumed.alarms]
    assert entered == sent["alarms"] == told
    assert set(fill().alarms) == set(resumed.alarms)


def test_lists_that_were_kept_are_not_compared_with_those_of_a_later_night(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_killed(monkeypatch, lambda portal, years: portal == "a" and 2021 in years)
    new = two.a.add(BUREAUS[0], 2022, GONE)
    late = two.a.add(BUREAUS[1], 2021, GONE)
    assert ("a", "fewer_than_before") not in kinds(crawl_a())
    two.a.requests.clear()
    assert kinds(fill()) == {("a", "reports_failed"), ("b", "reports_failed")}
    assert two.a.list_path not in [one.path for one in two.a.requests]
    two.a.listed = [one for one in two.a.listed if one[0] not in (new, late)]
    assert ("a", "fewer_than_before") in kinds(crawl_a())


def test_reports_that_are_listed_no_more_are_an_alarm_in_whichever_start(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = two.a.add(BUREAUS[0], 2022, GONE)
    assert ("a", "fewer_than_before") not in kinds(crawl_a())
    two.a.listed = [one for one in two.a.listed if one[0] != gone]
    fill_killed(monkeypatch, lambda portal, years: portal == "a" and 2021 in years)
    assert ("a", "fewer_than_before") in kinds(fill())


def test_wish_for_gaps_that_was_cut_off_is_gone_on_with_when_another_year_has_ended(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps = BackfillRequest(2021, None, "CN-99", gaps=True)
    fill_killed(monkeypatch, lambda *_: True, gaps)
    for county in (two.a, two.b):
        county.requests.clear()
    fill(gaps)
    assert {one.path for one in two.a.requests} == {path for path, *_ in two.a.listed}
