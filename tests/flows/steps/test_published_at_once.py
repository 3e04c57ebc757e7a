"""What can be read is published at once, whatever its year lacks; what is lacking is an alarm and a row of coverage."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.nightly.schedule import PortalYear, plan_night
from flows.runs.result import RunResult
from flows.steps import pipeline
from flows.steps.pipeline import crawl_portal
from flows.steps.yield_alarms import PATIENCE
from flows.workspace import open_workspace
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.portals.server import page
from tests.support.servers.scripted import Answer
from tests.support.warehouse.place import Place

BUREAU, OTHER = f"{COUNTY}教育局", f"{COUNTY}民政局"
UNREADABLE = page("<h1>年度报告</h1><p>正文将于近日发布，请稍后再来查看。</p>" * 30)


@pytest.fixture
def place(county: County, tmp_path: Path) -> Iterator[Place]:
    """Yield a county with reports of two years published by a good crawl; its stores stay open to save time."""
    place = county.place(tmp_path / "data")
    for year in (2021, 2022):
        county.add(GOVERNMENT, year)
    with open_workspace(place.settings):
        assert place.crawl().failures == []
        yield place


def published(place: Place) -> list[tuple[object, ...]]:
    return place.ask("SELECT year, agency FROM reports ORDER BY ALL")


def lacking(place: Place, year: int) -> list[tuple[object, ...]]:
    """State and address of what a year lacks, by the warehouse alone."""
    return place.ask(
        "SELECT state, url FROM coverage WHERE agency_id IS NOT NULL AND state NOT IN ('published', 'partial') "
        f"AND year = {year} ORDER BY ALL"
    )


BEFORE = [(2021, GOVERNMENT), (2022, GOVERNMENT)]


def night(place: Place) -> RunResult:
    """Return a crawl that asks for no report of a past season again."""
    with open_workspace(place.settings) as workspace:
        return crawl_portal(place.portal, workspace, None, timedelta(days=30))


def kinds(outcome: RunResult) -> list[str]:
    return [alarm.kind for alarm in outcome.alarms]


def test_what_can_be_read_is_published_and_what_a_year_lacks_is_said(county: County, place: Place) -> None:
    """Refused are a page of 2021 and a file of 2020; 2023 lists too few; of 2019 a page is gone, of 2018 unreadable."""
    for year in range(2018, 2024):
        county.add(BUREAU, year)
    refused = county.add(OTHER, 2021, Answer(status=412))
    county.serve("/files/1.pdf", Answer(status=412))
    attached = county.add(
        OTHER, 2020, report_page(OTHER, 2020, inner='<p>附件：<a href="/files/1.pdf">年度报告</a></p>')
    )
    gone = county.add(OTHER, 2019, Answer(status=404))
    unreadable = county.add(OTHER, 2018, UNREADABLE)
    expecting = Place(place.portal.model_copy(update={"expectations": {2023: 2}}), place.settings)
    outcome = expecting.crawl()
    assert kinds(outcome) == ["fewer_than_expected"]
    assert published(place) == sorted([*BEFORE, *((year, BUREAU) for year in range(2018, 2024))])
    asked = {2021: ("blocked", refused), 2020: ("blocked", attached), 2019: ("failed", gone)}
    for year, (state, path) in {**asked, 2018: ("quarantined", unreadable)}.items():
        assert (state, county.url + path) in lacking(place, year), year

    county.serve(refused, report_page(OTHER, 2021))
    assert night(place).counts.published == 1
    assert [state for state, url in lacking(place, 2021) if url] == []
    files = place.files()
    assert night(place).partitions == set()
    assert place.files() == files


def test_what_a_list_that_is_not_whole_names_is_published(county: County, place: Place) -> None:
    county.add(BUREAU, 2021)
    county.foot = '<a href="index_2.html">2</a><a href="index_2.html">尾页</a>'
    county.serve(f"{county.list_path}index_2.html", Answer(status=412))
    assert kinds(place.crawl()) == ["blocked"]
    assert published(place) == sorted([*BEFORE, (2021, BUREAU)])
    whole = "SELECT DISTINCT list_complete, reason IS NULL FROM coverage WHERE agency_id IS NULL"
    assert place.ask(whole) == [(False, False)]
    county.serve(f"{county.list_path}index_2.html", Answer(status=404))
    assert place.crawl().alarms == []
    assert place.ask(whole) == [(True, True)]


def test_a_report_that_vanishes_while_another_appears_is_an_alarm_for_a_time(county: County, place: Place) -> None:
    """One that moved, and one whose division the portal's file names otherwise now, are there still."""
    path, (_, title, day) = f"{county.list_path}209901/t1.html", county.listed[0]
    county.serve(path, report_page(GOVERNMENT, 2021))
    county.listed[0] = (path, title, day)
    assert place.crawl().alarms == []
    renamed = Place(place.portal.model_copy(update={"divisions": {COUNTY: "CN-990105"}}), place.settings)
    assert renamed.crawl().alarms == []
    county.add(BUREAU, 2022)
    county.listed.pop(1)
    outcome = renamed.crawl()
    assert kinds(outcome) == ["fewer_than_before"]
    assert "1 of 2 for 2022" in outcome.alarms[0].reason
    assert f"{GOVERNMENT} 2022" in outcome.alarms[0].reason
    assert (2022, GOVERNMENT) in published(place)
    assert (2022, BUREAU) in published(place)
    assert kinds(renamed.crawl()) == ["fewer_than_before"]
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as ledger:
        ledger.execute("UPDATE entries SET gone_since = ? WHERE gone_since NOT NULL", [str(_ago(PATIENCE))])
        ledger.commit()
    assert renamed.crawl().alarms == []


def _ago(time: timedelta) -> datetime:
    return (datetime.now(UTC) - time).replace(tzinfo=None)


def test_what_is_no_longer_listed_and_comes_back_is_no_alarm_any_more(county: County, place: Place) -> None:
    line = county.listed.pop(0)
    assert kinds(place.crawl()) == ["fewer_than_before"]
    county.listed.insert(0, line)
    assert place.crawl().alarms == []
    county.add(BUREAU, 2023)
    del county.listed[:2]
    assert kinds(place.crawl()) == ["fewer_than_before"]
    assert published(place) == [*BEFORE, (2023, BUREAU)]
    states = "SELECT DISTINCT agency_id IS NULL, state FROM coverage WHERE year IN (2021, 2022) ORDER BY ALL"
    assert place.ask(states) == [(False, "published"), (True, "not_published")]


def test_a_page_that_could_not_be_fetched_is_asked_for_again_the_next_night(county: County, place: Place) -> None:
    """Refused are the page of 2021, which is published, and the correction of 2022 at another address."""
    for year in (2021, 2022):
        county.add(BUREAU, year)
    county.serve(county.listed[0][0], Answer(status=412))
    correction = county.add(GOVERNMENT, 2022, Answer(status=412))
    outcome = place.crawl()
    assert (kinds(outcome), len(outcome.failures)) == ([], 2)
    assert published(place) == sorted([*BEFORE, (2021, BUREAU), (2022, BUREAU)])
    assert lacking(place, 2021) == lacking(place, 2022) == []
    with open_workspace(place.settings) as workspace:
        sweeps = workspace.ledger.listings.full_crawls()
    assert plan_night(["jiazi"], sweeps, datetime.now(UTC), 30)[1] == [PortalYear("jiazi", None)]
    county.serve(correction, report_page(GOVERNMENT, 2022, seed=2))
    assert night(place).counts.changed == 1


@pytest.mark.parametrize("step", ["publish_editions", "record_coverage", "compact_manifest"])
def test_a_crawl_that_dies_is_resumed(county: County, place: Place, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    county.add(BUREAU, 2021)
    refused = county.add(OTHER, 2021, Answer(status=412))
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, step, die)
        with pytest.raises(KeyboardInterrupt):
            place.crawl()
    county.serve(refused, report_page(OTHER, 2021))
    assert night(place).failures == []
    assert published(place) == sorted([*BEFORE, (2021, BUREAU), (2021, OTHER)])
    assert lacking(place, 2021) == []


def die(*_: object) -> None:
    raise KeyboardInterrupt
