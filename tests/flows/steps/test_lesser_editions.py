"""A lesser edition never takes the place of a better one without an alarm, and the better one stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.portals.portal import write_portal
from flows.steps.retry_quarantine import retry
from flows.workspace import open_workspace
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.warehouse.place import Place

BUREAU = f"{COUNTY}教育局"


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    place = county.place(tmp_path / "data")
    write_portal(place.portal, place.settings.data_root / "portals")
    return place


def published(place: Place) -> list[tuple[object, ...]]:
    return place.ask("SELECT agency, status, url FROM reports ORDER BY ALL")


def figures(place: Place) -> list[tuple[object, ...]]:
    return place.ask("SELECT outcome, applicant, value FROM requests ORDER BY ALL")


def without_rows(text: str) -> str:
    """Return a report's page whose third table ends after its first rows."""
    at = text.index("上年结转政府信息公开申请数量")
    start, end = text.rindex("<tr", 0, at), text.index("</table>", at)
    return text[:start] + text[end:]


def without_tables(text: str) -> str:
    while "<table" in text:
        start = text.index("<table")
        text = text[:start] + "<p>表格见附件。</p>" + text[text.index("</table>", start) + len("</table>") :]
    return text


@pytest.mark.parametrize("damage", [without_rows, without_tables])
def test_a_page_that_comes_back_lesser_leaves_what_is_published(county: County, place: Place, damage: object) -> None:
    path = county.add(GOVERNMENT, 2022)
    place.crawl()
    before, values, files = published(place), figures(place), place.files()
    assert before == [(GOVERNMENT, "complete", county.url + path)]
    assert callable(damage)
    county.serve(path, damage(report_page(GOVERNMENT, 2022, seed=2)))
    outcome = place.crawl()
    assert [alarm.kind for alarm in outcome.alarms] == ["lesser_edition"]
    assert f"of {GOVERNMENT} 2022 (complete), which stays" in outcome.alarms[0].reason
    assert (published(place), figures(place), place.files()) == (before, values, files)
    assert place.crawl().alarms == []
    with open_workspace(place.settings) as workspace:
        (record,) = workspace.quarantine.entries()
        assert "nianbao quarantine accept" in record.reason
        assert retry([record], workspace).counts.published == 0
        assert published(place) == before
        assert retry(workspace.quarantine.entries(), workspace, lesser=True).failures == []
    assert [status for _, status, _ in published(place)] == ["partial" if damage is without_rows else "tables_missing"]
    assert figures(place) != values


def test_a_better_edition_takes_the_place_of_a_lesser_one_and_a_whole_one_that_of_a_whole_one(
    county: County, place: Place
) -> None:
    path = county.add(GOVERNMENT, 2022, without_rows(report_page(GOVERNMENT, 2022)))
    place.crawl()
    county.serve(path, report_page(GOVERNMENT, 2022))
    assert place.crawl().alarms == []
    assert published(place)[0][1] == "complete"
    values = figures(place)
    county.serve(path, report_page(GOVERNMENT, 2022, seed=2))
    assert (place.crawl().counts.changed, figures(place) != values) == (1, True)


@pytest.mark.parametrize("lesser_first", [True, False])
def test_of_two_addresses_the_more_complete_holds_the_place_in_either_order(
    county: County, place: Place, *, lesser_first: bool
) -> None:
    texts = [without_rows(report_page(GOVERNMENT, 2022)), report_page(GOVERNMENT, 2022)]
    paths = [county.add(GOVERNMENT, 2022, text) for text in (texts if lesser_first else texts[::-1])]
    better = paths[lesser_first]
    assert place.crawl().alarms == []
    assert published(place) == [(GOVERNMENT, "complete", county.url + better)]
    assert place.crawl().partitions == set()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_correction_that_is_lesser_is_an_alarm(county: County, place: Place, *, at_once: bool) -> None:
    path = county.add(GOVERNMENT, 2022)
    if not at_once:
        place.crawl()
    county.add(GOVERNMENT, 2022, without_rows(report_page(GOVERNMENT, 2022, seed=2)))
    _, title, day = county.listed[-1]
    county.listed[-1] = (county.listed[-1][0], f"{title}（更正）", day)
    outcome = place.crawl()
    assert [alarm.kind for alarm in outcome.alarms] == ["lesser_edition"]
    assert published(place) == [(GOVERNMENT, "complete", county.url + path)]


def test_an_attachment_that_is_gone_leaves_what_it_gave(county: County, place: Place) -> None:
    """The page alone is less than the page with its file was."""
    inner = '<p>附件：<a href="/files/1.html">年度报告</a></p>'
    county.serve("/files/1.html", report_page(BUREAU, 2022))
    county.add(BUREAU, 2022, without_tables(report_page(BUREAU, 2022)).replace("</body>", inner + "</body>"))
    place.crawl()
    before = published(place)
    county.scripts.pop("/files/1.html", None)
    place.crawl()
    assert published(place) == before
