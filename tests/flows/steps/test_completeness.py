"""Nothing is published of a portal's year of which something could not be had, until it is, or for a week or two."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.portals.portal import write_portal
from flows.cli.main import app
from flows.nightly.schedule import PortalYear, plan_night
from flows.runs.result import RunResult
from flows.status.states import cover
from flows.steps import pipeline
from flows.steps.completeness import PATIENCE
from flows.steps.pipeline import crawl_portal
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


BEFORE = [(2021, GOVERNMENT), (2022, GOVERNMENT)]


def night(place: Place) -> RunResult:
    """Return a crawl that asks for no report of a past season again."""
    with open_workspace(place.settings) as workspace:
        return crawl_portal(place.portal, workspace, None, timedelta(days=30))


def pass_by(place: Place, days: float) -> None:
    """Let the ledger say that everything is lacking for so many days more."""
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as ledger:
        for row, since in ledger.execute("SELECT rowid, since FROM gaps").fetchall():
            earlier = str(datetime.fromisoformat(since) - timedelta(days=days))
            ledger.execute("UPDATE gaps SET since = ? WHERE rowid = ?", [earlier, row])
        ledger.commit()


def kinds(outcome: RunResult) -> list[str]:
    return [alarm.kind for alarm in outcome.alarms]


def test_what_could_not_be_had_holds_back_its_year_and_what_has_an_answer_none(county: County, place: Place) -> None:
    """Refused are a page of 2021 and a file of 2020; 2023 lists too few; of 2019 a page is gone, of 2018 unreadable."""
    files = {path: state for path, state in place.files().items() if "year=2021" in path}
    for year in range(2018, 2024):
        county.add(BUREAU, year)
    county.serve(county.listed[0][0], report_page(GOVERNMENT, 2021, seed=2))
    refused = county.add(OTHER, 2021, Answer(status=412))
    county.serve("/files/1.pdf", Answer(status=412))
    county.add(OTHER, 2020, report_page(OTHER, 2020, inner='<p>附件：<a href="/files/1.pdf">年度报告</a></p>'))
    county.add(OTHER, 2019, Answer(status=404))
    county.add(OTHER, 2018, UNREADABLE)
    expecting = Place(place.portal.model_copy(update={"expectations": {2023: 2}}), place.settings)
    outcome = expecting.crawl()
    assert kinds(outcome) == ["fewer_than_expected", "held_back", "held_back", "held_back"]
    assert [alarm.reason.partition(" are held back")[0] for alarm in outcome.alarms[1:]] == [
        "1 new or changed reports for 2023",
        "2 new or changed reports for 2021",
        "1 new or changed reports for 2020",
    ]
    for words in (county.url + refused, "412", "nianbao portal accept jiazi"):
        assert words in outcome.alarms[2].reason
    there = [(2018, BUREAU), (2019, BUREAU), *BEFORE, (2022, BUREAU)]
    assert published(place) == there
    assert {path: state for path, state in place.files().items() if "year=2021" in path} == files
    with open_workspace(place.settings) as workspace:
        covered = cover(place.portal, workspace.ledger, datetime.now(UTC).date())
    (waiting,) = [one for one in covered if (one.agency, one.year) == (BUREAU, 2021)]
    assert (waiting.state, str(waiting.reason).startswith("held back: ")) == ("listed", True)

    county.serve(refused, report_page(OTHER, 2021))
    outcome = place.crawl()
    assert (kinds(outcome), outcome.counts.captures) == (["held_back"], 1)
    assert published(place) == sorted([*there, (2021, BUREAU), (2021, OTHER), (2023, BUREAU)])
    assert place.crawl().partitions == set()


def test_what_a_list_that_is_not_whole_names_is_published(county: County, place: Place) -> None:
    county.add(BUREAU, 2021)
    county.foot = '<a href="index_2.html">2</a><a href="index_2.html">尾页</a>'
    county.serve(f"{county.list_path}index_2.html", Answer(status=412))
    assert kinds(place.crawl()) == ["blocked"]
    assert (2021, BUREAU) in published(place)
    assert set(BEFORE) <= set(published(place))
    county.serve(f"{county.list_path}index_2.html", Answer(status=404))
    assert place.crawl().alarms == []


def test_a_report_that_vanishes_while_another_appears_is_an_alarm(county: County, place: Place) -> None:
    """One that moved, and one whose division the portal's file names otherwise now, are there still."""
    path, (_, title, day) = f"{county.list_path}209901/t1.html", county.listed[0]
    county.serve(path, report_page(GOVERNMENT, 2021))
    county.listed[0] = (path, title, day)
    assert place.crawl().alarms == []
    renamed = Place(place.portal.model_copy(update={"divisions": {COUNTY: "CN-990105"}}), place.settings)
    assert renamed.crawl().alarms == []
    county.add(BUREAU, 2022)
    county.listed.pop(1)
    before = place.files()
    outcome = renamed.crawl()
    assert kinds(outcome) == ["fewer_than_before", "held_back"]
    assert "0 of 1 for 2022" in outcome.alarms[0].reason
    assert f"{GOVERNMENT} 2022" in outcome.alarms[0].reason
    assert place.files() == before


def test_a_year_is_waited_for_a_week_and_no_longer_where_people_accept_it(county: County, place: Place) -> None:
    county.add(BUREAU, 2021)
    county.add(OTHER, 2021, Answer(status=412))
    county.add(BUREAU, 2022)
    county.add(OTHER, 2022, Answer(status=412))
    assert kinds(place.crawl()) == kinds(place.crawl()) == ["held_back", "held_back"]
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as ledger:
        since = (datetime.now(UTC) - PATIENCE).replace(tzinfo=None)
        ledger.execute("UPDATE gaps SET since = ? WHERE year = 2021", [str(since)])
        ledger.commit()
    outcome = place.crawl()
    assert (kinds(outcome), len(outcome.failures)) == (["held_back"], 2)
    assert published(place) == [(2021, GOVERNMENT), (2021, BUREAU), (2022, GOVERNMENT)]

    write_portal(place.portal, place.settings.data_root / "portals")
    done = CliRunner().invoke(
        app, ["portal", "accept", "jiazi"], env={"NIANBAO_DATA_ROOT": str(place.settings.data_root)}
    )
    assert done.stdout.splitlines()[1] == "jiazi: no longer waiting for missing reports of 2021, 2022"
    outcome = place.crawl()
    assert (kinds(outcome), len(outcome.failures)) == ([], 2)
    assert len(published(place)) == 4
    county.add(f"{COUNTY}财政局", 2022)
    county.add(f"{COUNTY}司法局", 2022, Answer(status=412))
    assert kinds(place.crawl()) == ["held_back"]


@pytest.mark.parametrize("accepted", [False, True])
def test_what_is_lacking_when_the_rest_is_no_longer_waited_for_is_waited_for(
    county: County, place: Place, *, accepted: bool
) -> None:
    county.add(BUREAU, 2021)
    county.add(OTHER, 2021, Answer(status=412))
    assert kinds(place.crawl()) == ["held_back"]
    if accepted:
        with open_workspace(place.settings) as workspace:
            assert workspace.ledger.gaps.accept("jiazi") == [2021]
    else:
        pass_by(place, 8)
        assert kinds(place.crawl()) == []
        pass_by(place, 8)
    county.add(f"{COUNTY}司法局", 2021)
    county.add(f"{COUNTY}财政局", 2021, Answer(status=412))
    assert kinds(place.crawl()) == ["held_back"]


def test_a_page_whose_report_is_published_holds_back_nothing_and_is_asked_for_again(
    county: County, place: Place
) -> None:
    """Refused are the page of 2021, and the correction of 2022 at another address."""
    for year in (2021, 2022):
        county.add(BUREAU, year)
    county.serve(county.listed[0][0], Answer(status=412))
    correction = county.add(GOVERNMENT, 2022, Answer(status=412))
    outcome = place.crawl()
    assert (kinds(outcome), len(outcome.failures)) == ([], 2)
    assert published(place) == sorted([*BEFORE, (2021, BUREAU), (2022, BUREAU)])
    with open_workspace(place.settings) as workspace:
        sweeps = workspace.ledger.listings.full_crawls()
    assert plan_night(["jiazi"], sweeps, datetime.now(UTC), 30)[1] == [PortalYear("jiazi", None)]
    county.serve(correction, report_page(GOVERNMENT, 2022, seed=2))
    assert place.crawl().counts.changed == 1


def test_a_year_that_lacks_another_page_each_night_is_waited_for_two_weeks(county: County, place: Place) -> None:
    pages = {county.add(agency, 2021): report_page(agency, 2021) for agency in (BUREAU, OTHER)}
    nights = []
    for refused in [*pages, *pages]:
        for path, text in pages.items():
            county.serve(path, Answer(status=412) if path == refused else text)
        nights.append(kinds(place.crawl()))
        pass_by(place, 5)
    assert nights == [["held_back"]] * 3 + [[]]
    assert len(published(place)) == 3
    county.serve([*pages][1], pages[[*pages][1]])
    assert place.crawl().failures == []
    county.add(f"{COUNTY}财政局", 2021)
    county.add(f"{COUNTY}司法局", 2021, Answer(status=412))
    assert kinds(place.crawl()) == ["held_back"]


def test_a_portal_of_which_a_year_is_held_back_is_asked_again_the_next_night(county: County, place: Place) -> None:
    county.listed.pop()
    county.add(BUREAU, 2022)
    assert kinds(place.crawl()) == ["fewer_than_before", "held_back"]
    with open_workspace(place.settings) as workspace:
        sweeps = workspace.ledger.listings.full_crawls()
    assert plan_night(["jiazi"], sweeps, datetime.now(UTC) + timedelta(days=1), 30)[1] == [PortalYear("jiazi", None)]


def test_a_crawl_that_dies_before_it_holds_back_is_gone_on_with(
    county: County, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.add(BUREAU, 2021)
    refused = county.add(OTHER, 2021, Answer(status=412))
    for step in ("record_gaps", "held_back"):
        with monkeypatch.context() as patched:
            patched.setattr(pipeline, step, die)
            with pytest.raises(KeyboardInterrupt):
                place.crawl()
        assert published(place) == BEFORE
    assert kinds(place.crawl()) == ["held_back"]
    county.serve(refused, report_page(OTHER, 2021))
    with open_workspace(place.settings) as workspace:
        outcome = crawl_portal(place.portal, workspace, None, timedelta(days=30))
    assert (outcome.failures, outcome.counts.not_due, outcome.counts.published) == ([], 2, 2)


def die(*_: object) -> None:
    raise KeyboardInterrupt
