"""Which edition of a report holds its place, where crawls meet, break off, or find a page that is a stub by now."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extractors.portals.portal import Portal
from flows.steps import publish
from flows.steps.editions import Edition
from flows.steps.pipeline import crawl_portal
from flows.workspace import open_workspace
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.servers.scripted import Answer
from tests.support.warehouse.place import Place, make_place
from tests.support.warehouse.reprocessed import several_reports
from warehouse.paths import Partition

BUREAU = f"{COUNTY}教育局"
BROKEN = Answer(b"%PDF-1.4 broken")


class KilledError(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def county() -> Iterator[County]:
    with County() as server:
        yield server


@pytest.fixture
def dies_after_one(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """End the process, as it were, between two partitions."""
    undisturbed, done = publish._publish, list[Partition]()

    def dying(partition: Partition, *rest: object) -> None:
        if done:
            raise KilledError
        done.append(partition)
        undisturbed(partition, *rest)  # type: ignore[arg-type]  # as they came

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_publish", dying)
        yield patch


def test_a_page_of_two_reports_whose_crawl_died_between_them_is_read_again(
    county: County, tmp_path: Path, dies_after_one: pytest.MonkeyPatch
) -> None:
    place = county.place(tmp_path / "data")
    county.serve(county.add(GOVERNMENT, 2023), several_reports())
    with pytest.raises(KilledError):
        place.crawl()
    dies_after_one.undo()
    assert len(place.ask("FROM reports")) == 1
    assert place.crawl().failures == []
    assert len(place.ask("FROM reports")) == 2
    assert place.crawl().counts.read == 0


def test_a_file_of_two_reports_whose_ingestion_died_between_them_is_read_again(
    tmp_path: Path, dies_after_one: pytest.MonkeyPatch
) -> None:
    place, path = make_place(tmp_path / "data", "http://127.0.0.1:9"), tmp_path / "several.txt"
    path.write_bytes(several_reports())
    with pytest.raises(KilledError):
        place.ingest(path)
    dies_after_one.undo()
    assert place.ingest(path).counts.read == 1
    assert len(place.ask("FROM reports")) == 2
    assert place.ingest(path).counts.read == 0


def test_a_correction_that_another_crawl_publishes_meanwhile_keeps_its_place(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two portals tell the same report; the first edition is judged before the correction is published."""
    county.add(BUREAU, 2022, report_page(BUREAU, 2022, seed=1))
    with County() as second:
        second.add(BUREAU, 2022, report_page(BUREAU, 2022, seed=2))
        correct(second)
        hosts = frozenset({county.authority, second.authority})
        place = county.place(tmp_path / "data")
        place = Place(place.portal, place.settings.model_copy(update={"allow_private_hosts": hosts}))
        other = second.file().model_copy(update={"id": "second"})
        undisturbed, judged, corrected = publish._publish, threading.Event(), threading.Event()

        def publishing(partition: Partition, kept: list[Edition], *rest: object) -> None:
            if kept and not kept[0].corrected:
                judged.set()
                corrected.wait(3)
            undisturbed(partition, kept, *rest)  # type: ignore[arg-type]  # as they came
            if kept and kept[0].corrected:
                corrected.set()

        monkeypatch.setattr(publish, "_publish", publishing)

        def crawl(portal: Portal) -> None:
            if portal.id == "second":
                judged.wait(20)
            crawl_portal(portal, workspace)

        with open_workspace(place.settings) as workspace, ThreadPoolExecutor(2) as pool:
            list(pool.map(crawl, (place.portal, other)))
        assert place.ask("SELECT starts_with(url, $url) FROM reports".replace("$url", f"'{second.url}'")) == [(True,)]
        assert {str(row["url"]).startswith(second.url): row["state"] for row in place.verdicts()} == {
            True: "published",
            False: "superseded",
        }


def test_a_correction_that_becomes_a_page_with_a_broken_file_keeps_its_place_until_the_file_can_be_read(
    county: County, tmp_path: Path
) -> None:
    place = county.place(tmp_path / "data")
    first = county.add(BUREAU, 2021, report_page(BUREAU, 2021, seed=1))
    path = county.add(BUREAU, 2021, report_page(BUREAU, 2021, seed=2))
    correct(county)
    assert place.crawl().failures == []
    county.serve(path, report_page(BUREAU, 2021, inner='<p>附件：<a href="/files/1.pdf">年度报告</a></p>'))
    county.serve("/files/1.pdf", BROKEN)
    assert [failure.where for failure in place.crawl().failures] == [f"{county.url}/files/1.pdf"]
    county.serve(first, report_page(BUREAU, 2021, seed=1) + "<!-- new chrome -->")
    assert place.crawl().failures == []
    assert place.ask("SELECT url FROM reports") == [(county.url + path,)]

    county.serve("/files/1.pdf", report_page(BUREAU, 2021, seed=3))
    assert place.crawl().failures == []
    assert place.ask("SELECT url FROM reports") == [(f"{county.url}/files/1.pdf",)]
    states = {str(row["url"]).removeprefix(county.url): row["state"] for row in place.verdicts() if row["year"]}
    assert (states[first], states["/files/1.pdf"]) == ("superseded", "published")
    assert [row["state"] for row in place.verdicts() if row["url"] == county.url + path] == ["superseded", "no_report"]


def correct(county: County) -> None:
    """Make a correction of what was listed last."""
    path, title, day = county.listed[-1]
    county.listed[-1] = (path, f"{title}（更正）", day)
