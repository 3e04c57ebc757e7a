"""A round of portals without their servers: what becomes of a crawl that breaks off, or finds nothing."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extractors.portals.portal import write_portal
from flows.ledger.records import Listing
from flows.ledger.run_lock import AlreadyRunning
from flows.nightly import run as rounds
from flows.nightly.run import crawl_night, crawl_now, crawl_one
from flows.runs.progress import use_display
from flows.runs.result import Publication, RunResult
from flows.settings import Settings
from flows.steps import lifecycle
from flows.steps.lifecycle import STAGE
from flows.workers.threads import in_threads
from flows.workspace import choose_portals, open_workspace
from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.servers.scripted import Answer
from warehouse.query.query import connect, run

MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANBAO_DATA_ROOT", str(tmp_path))
    return tmp_path


def crawl_or_break(portal: str, year: int | None, recheck_days: float, run_id: str) -> RunResult:
    if portal == "broken":
        raise MemoryError("out of memory")
    outcome = RunResult()
    outcome.counts.found = 1
    return outcome


class Recorded:
    def __init__(self) -> None:
        self.shown: list[tuple[str, int, int | None]] = []

    def show(self, stage: str, done: int, total: int | None) -> None:
        self.shown.append((stage, done, total))


def test_a_crawl_that_breaks_off_is_an_alarm_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    shown = Recorded()
    with in_threads(crawl_or_break, 2) as crawl, use_display(shown):
        outcome = crawl_now(Settings(), ["a", "broken", "c"], None, crawl)
    (alarm,) = outcome.alarms
    assert (alarm.portal, alarm.kind) == ("broken", "broke_off")
    assert "MemoryError: out of memory" in alarm.reason
    assert outcome.counts.found == 2
    assert shown.shown == [(STAGE, done, 3) for done in range(4)]
    with open_workspace(Settings()) as workspace:
        (run,) = workspace.ledger.runs.last(5)
    assert run.finished is not None
    assert run.alarms == [{"portal": "broken", "kind": "broke_off", "reason": alarm.reason}]
    (record,) = caplog.records
    assert record.exc_info is not None
    assert 'raise MemoryError("out of memory")' in caplog.text


def test_what_a_crawl_had_published_when_it_broke_off_is_told(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_portal(county.file(), root / "portals")
    publication = Publication("r1", "CN-990101", GOVERNMENT, 2022, county.url, changed=False)

    def publish_and_break(*given: Any) -> None:
        given[-1].publish(publication)
        raise MemoryError("out of memory")

    monkeypatch.setattr(rounds, "crawl_portal", publish_and_break)
    with in_threads(partial(crawl_one, Settings()), 1) as crawl:
        outcome = crawl_now(Settings(), ["jiazi"], None, crawl)
    assert (outcome.publications, outcome.counts.published) == ([publication], 1)
    assert [(alarm.portal, alarm.kind) for alarm in outcome.alarms] == [("jiazi", "broke_off")]


def test_the_run_ends_with_its_alarms_where_the_last_tables_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(lifecycle, "publish_dimensions", fail)
    with in_threads(crawl_or_break, 1) as crawl:
        outcome = crawl_night(Settings(), ["a", "broken"], 30, JUNE, crawl)
    assert [(alarm.portal, alarm.kind) for alarm in outcome.alarms] == [("broken", "broke_off"), ("", "damaged")]
    assert len(outcome.failures) == 2
    with open_workspace(Settings()) as workspace:
        (run,) = workspace.ledger.runs.last(5)
    assert [alarm["kind"] for alarm in run.alarms or ()] == ["broke_off", "damaged"]


def test_two_nights_at_once_are_refused() -> None:
    with in_threads(crawl_or_break, 1) as crawl:
        with open_workspace(Settings()) as workspace, workspace.ledger.lock("nightly"):
            with pytest.raises(AlreadyRunning, match="has not ended"):
                crawl_night(Settings(), ["a"], 30, JUNE, crawl)
            assert workspace.ledger.runs.last(5) == []
        assert crawl_night(Settings(), ["a"], 30, JUNE, crawl).counts.found == 1


def test_a_portal_that_is_named_twice_is_crawled_once(county: County, root: Path) -> None:
    write_portal(county.file(), root / "portals")
    assert choose_portals(Settings(), ["jiazi", "jiazi"]) == ["jiazi"]


def test_a_year_for_which_nothing_is_listed_is_a_failure(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2023)
    write_portal(county.file(), root / "portals")
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", county.authority)
    with in_threads(partial(crawl_one, Settings()), 1) as crawl:
        outcome = crawl_now(Settings(), ["jiazi"], 2019, crawl)
        assert [failure.reason for failure in outcome.failures] == ["no annual report for 2019 is listed"]
        assert not (root / "warehouse" / "reports").exists()
        with open_workspace(Settings()) as workspace:
            (run,) = workspace.ledger.runs.last(1)
        assert [alarm["kind"] for alarm in run.alarms or ()] == ["nothing_listed"]
        assert run.counts is not None
        assert run.counts["failed"] == 1
        assert crawl_night(Settings(), ["jiazi"], 0, JUNE, crawl).failures == []
        assert crawl_night(Settings(), ["jiazi"], 30, JUNE, crawl).counts.found == 0


def test_in_the_season_a_portal_is_asked_for_last_year_and_one_that_refuses_only_once(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in (2024, 2025):
        county.add(GOVERNMENT, year)
    with County() as refusing:
        refusing.serve(refusing.list_path, lambda _: Answer(status=412))
        for name, portal in {"jiazi": county, "refusing": refusing}.items():
            write_portal(portal.file().model_copy(update={"id": name}), root / "portals")
        monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", f"{county.authority},{refusing.authority}")
        monkeypatch.setenv("NIANBAO_RETRIES", "0")
        with in_threads(partial(crawl_one, Settings()), 2) as crawl:
            outcome = crawl_night(Settings(), ["jiazi", "refusing"], 30, MARCH, crawl)
        assert [asked.path for asked in refusing.requests].count(refusing.list_path) == 1
    assert [alarm.kind for alarm in outcome.alarms] == ["blocked"]
    assert outcome.counts.failed == len(outcome.failures) == 1
    assert [one.year for one in outcome.publications] == [2025, 2024]
    assert outcome.counts.found == 3  # last year's, then both


def test_each_portal_that_lists_nothing_for_a_year_is_an_alarm(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2022)
    with County() as other:
        other.add(GOVERNMENT, 2019)
        for name, portal in {"jiazi": county, "other": other}.items():
            write_portal(portal.file().model_copy(update={"id": name}), root / "portals")
        monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", f"{county.authority},{other.authority}")
        with in_threads(partial(crawl_one, Settings()), 2) as crawl:
            outcome = crawl_now(Settings(), ["jiazi", "other"], 2022, crawl)
    assert [(alarm.portal, alarm.kind) for alarm in outcome.alarms] == [("other", "nothing_listed")]
    assert outcome.counts.published == 1


def test_alarms_of_a_portal_that_is_crawled_twice_in_a_night_are_told_once(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2025, Answer(status=404))
    county.add(GOVERNMENT, 2024, Answer(status=404))
    write_portal(county.file().model_copy(update={"expectations": {2025: 2}}), root / "portals")
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", county.authority)
    with in_threads(partial(crawl_one, Settings()), 1) as crawl:
        outcome = crawl_night(Settings(), ["jiazi"], 30, MARCH, crawl)
    assert [alarm.kind for alarm in outcome.alarms] == ["fewer_than_expected", "reports_failed"]
    assert outcome.alarms[1].reason.startswith("2 of its pages")


def test_a_portal_that_was_down_on_its_night_is_asked_again_the_next(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lists first, then a page, then nothing is lacking: only then it rests for its thirty days."""
    path = county.add(GOVERNMENT, 2022, Answer(status=503))
    write_portal(county.file(), root / "portals")
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", county.authority)
    monkeypatch.setenv("NIANBAO_RETRIES", "0")
    column = county.scripts[county.list_path]
    county.serve(county.list_path, Answer(status=503))
    told: list[tuple[int, int]] = []
    with in_threads(partial(crawl_one, Settings()), 1) as crawl, open_workspace(Settings()):
        for day in range(4):
            outcome = crawl_night(Settings(), ["jiazi"], 30, datetime.now(UTC) + timedelta(days=day), crawl)
            told.append((outcome.counts.found, len(outcome.failures)))
            county.serve(county.list_path, column)
            if day == 1:
                county.serve(path, report_page(GOVERNMENT, 2022))
    assert told == [(0, 1), (1, 1), (1, 0), (0, 0)]


@pytest.mark.parametrize("breaks_off", [False, True])
def test_a_portal_that_is_left_out_or_breaks_off_takes_nobody_elses_turn(root: Path, *, breaks_off: bool) -> None:
    """One of four is asked for all years each night: the first, longest unseen, refuses or breaks off every time."""
    portals, began = ["a", "b", "c", "d"], MARCH - timedelta(days=60)
    asked: list[str] = []

    def crawl(portal: str, year: int | None, recheck_days: float, run_id: str) -> RunResult:
        outcome = RunResult()
        if year is None:
            asked.append(portal)
            if portal == "a":
                raise MemoryError("out of memory")
            workspace.ledger.listings.mark_full_crawl_attempted(portal)
            workspace.ledger.listings.mark_full_crawl_completed(portal)
        elif portal == "a" and not breaks_off:
            outcome.alarm(portal, "blocked", "HTTP 412")
        return outcome

    with open_workspace(Settings()) as workspace, in_threads(crawl, 1) as submit:
        for portal in portals:
            workspace.ledger.listings.save(Listing(portal, (), True, "ok", None, began, finished=True))
        with closing(sqlite3.connect(root / "ledger.sqlite")) as ledger:
            for at, portal in enumerate(portals):
                moment = str((began + timedelta(minutes=at)).replace(tzinfo=None))
                ledger.execute(
                    "UPDATE listings SET full_crawl_attempted = ?, full_crawl_completed = ? WHERE portal = ?",
                    (moment, moment, portal),
                )
            ledger.commit()
        for day in range(4):
            crawl_night(Settings(), portals, 4, MARCH + timedelta(days=day), submit)
    assert [portal for portal in asked if portal != "a"] == ["b", "c", "d"]
    assert ("a" in asked) == breaks_off


def test_the_first_error_of_the_caller_ends_what_was_not_begun() -> None:
    begun: list[int] = []
    gate = threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        gate.wait(10)

    def break_off() -> None:
        with in_threads(work, 1) as submit:
            for number in range(5):
                submit(number)
            threading.Timer(0.05, gate.set).start()
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert begun == [0]


def test_a_portal_whose_file_is_gone_is_expected_to_have_nothing_any_more(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2023)
    path = write_portal(county.file(), root / "portals")
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", county.authority)
    states = "SELECT DISTINCT year, state FROM coverage WHERE agency_id IS NOT NULL AND portal = 'jiazi' ORDER BY ALL"
    with in_threads(partial(crawl_one, Settings()), 1) as crawl:
        crawl_now(Settings(), ["jiazi"], None, crawl)
        with connect(root / "warehouse") as connection:
            assert (2019, "not_published") in run(connection, states).rows
        path.unlink()
        crawl_now(Settings(), [], None, crawl)
    with connect(root / "warehouse") as connection:
        assert run(connection, states).rows == [(2023, "published")]
