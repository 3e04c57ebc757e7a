"""A round of portals without their servers: what becomes of a crawl that breaks off, or finds nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.portal import write_portal
from flows.outcome import Outcome
from flows.parallel import in_threads
from flows.progress import shown_by
from flows.round import STAGE, crawl_night, crawl_now, crawl_one
from flows.settings import Settings
from flows.workspace import open_workspace
from tests.flows.county import GOVERNMENT, County
from tests.portals.server import Answer

MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANBAO_DATA_ROOT", str(tmp_path))
    return tmp_path


def crawl_or_break(portal: str, year: int | None, recheck_days: float, run_id: str) -> Outcome:
    if portal == "broken":
        raise MemoryError("out of memory")
    outcome = Outcome()
    outcome.counts.found = 1
    return outcome


class Recorded:
    def __init__(self) -> None:
        self.shown: list[tuple[str, int, int | None]] = []

    def show(self, stage: str, done: int, total: int | None) -> None:
        self.shown.append((stage, done, total))


def test_a_crawl_that_breaks_off_is_an_alarm_and_the_others_go_on() -> None:
    shown = Recorded()
    with in_threads(crawl_or_break, 2) as crawl, shown_by(shown):
        outcome = crawl_now(["a", "broken", "c"], None, crawl)
    (alarm,) = outcome.alarms
    assert (alarm.portal, alarm.kind) == ("broken", "broke_off")
    assert "MemoryError: out of memory" in alarm.reason
    assert outcome.counts.found == 2
    assert shown.shown == [(STAGE, done, 3) for done in range(4)]
    with open_workspace(Settings()) as workspace:
        (run,) = workspace.ledger.last_runs(5)
    assert run.finished is not None
    assert run.alarms == [{"portal": "broken", "kind": "broke_off", "reason": alarm.reason}]


def test_a_year_for_which_nothing_is_listed_is_a_failure(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(GOVERNMENT, 2023)
    write_portal(county.file(), root / "portals")
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", county.authority)
    with in_threads(crawl_one, 1) as crawl:
        outcome = crawl_now(["jiazi"], 2019, crawl)
        assert [failure.reason for failure in outcome.failures] == ["no annual report for 2019 is listed"]
        assert not (root / "warehouse").exists()
        assert crawl_night(["jiazi"], 0, JUNE, crawl).failures == []
        assert crawl_night(["jiazi"], 30, JUNE, crawl).counts.found == 0


def test_in_the_season_a_portal_is_asked_for_last_year_and_one_that_refuses_only_once(
    county: County, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in (2024, 2025):
        county.add(GOVERNMENT, year)
    with County() as refusing:
        refusing.serve(refusing.column, lambda _: Answer(status=412))
        for name, portal in {"jiazi": county, "refusing": refusing}.items():
            write_portal(portal.file().model_copy(update={"id": name}), root / "portals")
        monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE_HOSTS", f"{county.authority},{refusing.authority}")
        monkeypatch.setenv("NIANBAO_RETRIES", "0")
        with in_threads(crawl_one, 2) as crawl:
            outcome = crawl_night(["jiazi", "refusing"], 30, MARCH, crawl)
        assert [asked.path for asked in refusing.asked].count(refusing.column) == 1
    assert [alarm.kind for alarm in outcome.alarms] == ["blocked"]
    assert outcome.counts.failed == len(outcome.failures) == 1
    assert [one.year for one in outcome.publications] == [2025, 2024]
    assert outcome.counts.found == 3  # last year's, then both


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
