"""Which reports a crawl asks for, what a portal's file takes and expects: seen by the server that is asked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from extractors.portals.portal import write_portal
from flows.runs.result import RunResult
from flows.steps import pipeline
from flows.steps.editions import Edition
from flows.steps.pipeline import crawl_portal
from flows.steps.publish import publish_editions
from flows.workspace import open_workspace
from tests.support.paths import REPOSITORY
from tests.support.portals.county import GOVERNMENT, County, report_page
from tests.support.processes.command import clean_environment
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from tests.support.servers.scripted import Answer, RecordedRequest
from tests.support.warehouse.place import Place

MONTH = timedelta(days=30)
CRAWL = """
from flows.steps.pipeline import crawl_portal
from flows.settings import Settings
from flows.workspace import known_portals, open_workspace

with open_workspace(Settings()) as workspace:
    crawl_portal(known_portals(Settings())["jiazi"], workspace)
"""


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    return county.place(tmp_path / "data")


def crawl(place: Place, recheck: timedelta = MONTH, **changes: object) -> RunResult:
    with open_workspace(place.settings) as workspace:
        return crawl_portal(place.portal.model_copy(update=changes), workspace, None, recheck)


def asked(county: County) -> list[str]:
    """Paths of the reports asked for since the last call."""
    paths = [asked.path for asked in county.requests if asked.path.startswith(f"{county.list_path}20")]
    county.requests.clear()
    return paths


def test_report_of_a_past_season_is_not_asked_for_before_its_time(county: County, place: Place) -> None:
    past = county.add(GOVERNMENT, 2020)
    last_year = date.today().year - 1
    fresh = county.add(GOVERNMENT, last_year)
    county.listed[-1] = (fresh, county.listed[-1][1], date.today())
    assert crawl(place).counts.published == 2
    assert sorted(asked(county)) == sorted([past, fresh])
    outcome = crawl(place)
    assert (outcome.counts.found, outcome.counts.not_due) == (2, 1)
    assert asked(county) == [fresh]
    assert crawl(place, timedelta(0)).counts.not_due == 0
    assert sorted(asked(county)) == sorted([past, fresh])


def test_report_whose_line_changed_is_asked_for(county: County, place: Place) -> None:
    path = county.add(GOVERNMENT, 2020)
    crawl(place)
    _, title, day = county.listed[0]
    for line in ((path, title + "（更正）", day), (path, title, day + timedelta(days=1))):
        asked(county)
        county.listed[0] = line
        crawl(place)
        assert asked(county) == [path]


def test_report_that_could_not_be_had_or_read_is_asked_for(county: County, place: Place) -> None:
    path = county.add(GOVERNMENT, 2020, "")
    crawl(place)
    asked(county)
    crawl(place)
    assert asked(county) == [path]
    county.serve(path, report_page(GOVERNMENT, 2020))
    assert crawl(place).counts.published == 1


def test_page_whose_file_was_not_yet_published_when_the_crawl_died_is_asked_for(county: County, place: Place) -> None:
    path = county.add(GOVERNMENT, 2020)
    county.serve(path, report_page(GOVERNMENT, 2020, inner='<p>附件：<a href="./P1.pdf">年度报告</a></p>'))
    printed = print_report(2020, 1, as_drawn)
    county.serve(f"{path.rpartition('/')[0]}/P1.pdf", Answer(render_pdf(GOVERNMENT, 2020, printed.parts)))
    crawl(place)
    assert crawl(place).counts.not_due == 1
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as ledger:
        ledger.execute("DELETE FROM verdicts WHERE state = 'published'")
        ledger.commit()
    assert crawl(place).counts.published == 1


def test_page_of_which_one_report_was_published_when_the_crawl_died_is_asked_for(
    county: County, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    agencies = (GOVERNMENT, "甲子县教育局")
    path = county.add(GOVERNMENT, 2020)
    links = "".join(f'<p><a href="./P{at}.pdf">{agency}年度报告</a></p>' for at, agency in enumerate(agencies))
    county.serve(path, report_page(GOVERNMENT, 2020, inner=links))
    for at, agency in enumerate(agencies):
        parts = compose(replace(make_figures("甲子县", 2020, 1), agency=agency), date(2021, 3, 20))
        county.serve(f"{path.rpartition('/')[0]}/P{at}.pdf", Answer(render_pdf(agency, 2020, parts)))

    def die(editions: Iterable[Edition], *others: Any) -> None:
        publish_editions(list(editions)[:1], *others)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "publish_editions", die)
        with pytest.raises(KeyboardInterrupt):
            crawl(place)
    assert place.ask("SELECT count(*) FROM reports") == [(1,)]
    crawl(place)
    assert {agency for (agency,) in place.ask("SELECT agency FROM reports")} == set(agencies)
    assert crawl(place).counts.not_due == 1


def test_only_wanted_agencies_are_taken(county: County, place: Place) -> None:
    wanted, _ = county.add("甲子县教育局", 2023), county.add("甲子县民政局", 2023)
    outcome = crawl(place, agencies=("教育局",))
    assert (outcome.counts.found, outcome.counts.ignored) == (1, 1)
    assert asked(county) == [wanted]


def test_fewer_reports_than_expected_are_a_failure(county: County, place: Place) -> None:
    county.add(GOVERNMENT, 2023)
    (failure,) = crawl(place, expectations={2022: 1, 2023: 1}).failures
    assert failure.reason == "0 reports for 2022 are listed, at least 1 are expected"


def test_crawl_that_was_cut_off_goes_on_where_it_was(county: County, place: Place) -> None:
    """Servers without validators send every body again: what a killed crawl had read is not asked for twice."""
    fresh = date.today()
    paths = [county.add(GOVERNMENT, year) for year in (2021, 2022, 2023)]
    county.listed = [(path, title, fresh) for path, title, _ in county.listed]
    asked_for, killed = Event(), Event()

    def hang(_: RecordedRequest) -> str:
        asked_for.set()
        killed.wait(60)
        return ""

    county.serve(paths[0], hang)
    write_portal(place.portal, place.settings.data_root / "portals")
    environment = {"NIANBAO_DATA_ROOT": str(place.settings.data_root), "NIANBAO_ALLOW_PRIVATE_HOSTS": county.authority}
    with subprocess.Popen(
        [sys.executable, "-c", CRAWL], cwd=REPOSITORY, env=clean_environment() | environment
    ) as process:
        assert asked_for.wait(60)
        process.kill()
    killed.set()
    assert sorted(asked(county)) == paths
    county.serve(paths[0], report_page(GOVERNMENT, 2021))
    outcome = crawl(place, timedelta(0))
    assert (asked(county), outcome.counts.not_due) == ([paths[0]], 2)
    assert place.ask("SELECT year FROM reports ORDER BY year") == [(2021,), (2022,), (2023,)]
    assert crawl(place, timedelta(0)).counts.not_due == 0
    assert sorted(asked(county)) == paths
