"""What the ledger tells of each report: there, not there, or why nobody can tell; by whole crawls of a real server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.status.states import Covered, cover
from flows.workspace import open_workspace
from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.portals.server import page
from tests.support.servers.scripted import Answer
from tests.support.warehouse.place import Place

BUREAU = "甲子县教育局"
TODAY = date(2026, 5, 1)


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    return county.place(tmp_path / "data")


def covered(place: Place, today: date = TODAY) -> list[Covered]:
    with open_workspace(place.settings) as workspace:
        return cover("jiazi", place.portal, workspace.ledger, today)


def states(place: Place) -> dict[tuple[str, int], str]:
    return {(one.agency, one.year): one.state for one in covered(place)}


def test_each_answer_has_a_state_of_its_own(county: County, place: Place) -> None:
    answers: dict[int, Answer | str | None] = {
        2024: None,
        2023: page("<h1>年度报告</h1><p>正文将于近日发布，请稍后再来查看。</p>" * 30),
        2022: Answer(status=412),
        2021: Answer(status=503),
        2020: Answer(status=404),
    }
    paths = {year: county.add(GOVERNMENT, year, answer) for year, answer in answers.items()}
    county.add(BUREAU, 2021)
    county.add(BUREAU, 2023)
    place.crawl()
    assert states(place) == {
        (GOVERNMENT, 2024): "published",
        (GOVERNMENT, 2023): "quarantined",
        (GOVERNMENT, 2022): "blocked",
        (GOVERNMENT, 2021): "unreachable",
        (GOVERNMENT, 2020): "failed",
        (GOVERNMENT, 2019): "not_published",
        (GOVERNMENT, 2018): "not_published",
        (BUREAU, 2021): "published",
        (BUREAU, 2022): "not_published",
        (BUREAU, 2023): "published",
    }
    by_year = {one.year: one for one in covered(place) if one.agency == GOVERNMENT and one.url}
    assert {year: one.url for year, one in by_year.items()} == {year: county.url + path for year, path in paths.items()}
    assert "412" in str(by_year[2022].reason)


def test_state_follows_what_the_next_crawl_finds(county: County, place: Place) -> None:
    path = county.add(GOVERNMENT, 2024, Answer(status=412))
    place.crawl()
    assert states(place)[GOVERNMENT, 2024] == "blocked"
    county.serve(path, report_page(GOVERNMENT, 2024))
    place.crawl()
    assert states(place)[GOVERNMENT, 2024] == "published"
    county.serve(path, Answer(status=412))
    place.crawl()
    assert states(place)[GOVERNMENT, 2024] == "published"


def test_blocked_list_says_nothing_of_what_was_published(county: County, place: Place) -> None:
    county.add(GOVERNMENT, 2024)
    place.crawl()
    county.serve(county.list_path, Answer(status=412))
    (failure,) = place.crawl().failures
    assert "412" in failure.reason
    known = states(place)
    assert known.pop((GOVERNMENT, 2024)) == "published"
    assert set(known.values()) == {"blocked"}
    assert {year for _, year in known} == set(range(2018, 2024))


def test_list_that_breaks_off_leaves_open_what_follows(county: County, place: Place) -> None:
    county.add(GOVERNMENT, 2024)
    county.foot = '<a href="index_2.html">2</a><a href="index_2.html">尾页</a>'
    county.serve(f"{county.list_path}index_2.html", Answer(status=500))
    assert place.crawl().failures
    assert states(place)[GOVERNMENT, 2024] == "published"
    assert states(place)[GOVERNMENT, 2023] == "unreachable"


def test_portal_that_is_down(county: County, place: Place) -> None:
    county.add(GOVERNMENT, 2024)
    county.scripts.clear()
    place.crawl()
    assert set(states(place).values()) == {"failed"}
    assert covered(place)[0].reason is not None


def test_report_is_due_when_its_last_month_has_passed(county: County, place: Place) -> None:
    county.add(GOVERNMENT, 2022)
    place.crawl()

    def missing(today: date) -> list[int]:
        return [one.year for one in covered(place, today) if one.state == "not_published"]

    assert missing(date(2025, 3, 31)) == [2018, 2019, 2020, 2021, 2023]
    assert missing(date(2025, 4, 1)) == [2018, 2019, 2020, 2021, 2023, 2024]


def test_report_that_is_listed_and_not_asked_for_yet_is_no_report_that_was_not_published(
    county: County, place: Place
) -> None:
    for year in (2020, 2023):
        county.add(GOVERNMENT, year)
    place.crawl(2023)
    found = {year: state for (_, year), state in states(place).items()}
    assert (found[2020], found[2021], found[2023]) == ("listed", "not_published", "published")
    county.listed = [entry for entry in county.listed if "2020" not in entry[1]]
    place.crawl(2023)
    assert states(place)[GOVERNMENT, 2020] == "not_published"


def test_portal_that_was_never_crawled_has_no_state(place: Place) -> None:
    assert covered(place) == []
