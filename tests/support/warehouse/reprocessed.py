"""A county whose reports arrived in every way, and its archive, reprocessed within this process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import pytest

from extractors.portals.portal import write_portal
from flows.ledger.records import Assigned
from flows.reprocess.diff import ReportChange
from flows.reprocess.run import Begin, ReprocessResult, found_changes, read_again, reprocess_archive
from flows.reprocess.selection import Selection
from flows.settings import Settings
from flows.steps.retry_quarantine import retry
from flows.workers.threads import in_threads
from flows.workspace import Workspace, open_workspace
from tests.flows.steps.test_ingest import AMBIGUOUS, HTML, ONE_OF_THEM, body, letter, written
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from tests.support.warehouse.place import FileState, Place
from transforms.jurisdictions.identifiers import report_id
from warehouse.publish.read import Rows
from warehouse.publish.write import Partition, amend
from warehouse.schema import Row

BUREAUS = (f"{COUNTY}教育局", f"{COUNTY}民政局")
Kept = tuple[dict[str, FileState], list[dict[str, object]], dict[str, bytes]]
"""The warehouse's files, the ledger's verdicts, and the quarantine's files."""


@dataclass(frozen=True, slots=True)
class Again:
    """A run that read a place's archive again, and what it found."""

    run: ReprocessResult
    changes: list[ReportChange]


def read_archive(place: Place, selection: Selection | None = None, begin: Begin | None = None, **how: bool) -> Again:
    """Read the archive of a place again; `how` may say `publish`."""
    with pytest.MonkeyPatch.context() as patched, ExitStack() as stack:
        patched.setenv("NIANBAO_DATA_ROOT", str(place.settings.data_root))
        patched.setenv("NIANBAO_READ_SECONDS", str(place.settings.read_seconds))
        settings = Settings()
        begin = begin or stack.enter_context(in_threads(partial(read_again, settings), 2))
        run = reprocess_archive(selection or Selection(), settings, begin, **how)
        return Again(run, list(found_changes(run.run_id, settings)))


def kept(place: Place) -> Kept:
    """All that reading again may change, as it is now."""
    quarantine = place.settings.data_root / "quarantine"
    files = [path for path in quarantine.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return place.files(), place.verdicts(), {str(path): path.read_bytes() for path in files}


@contextmanager
def reader_of(county: County, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Open an empty data root for a county, with one workspace and one reader for the whole test."""
    place = county.place(root)
    write_portal(place.portal, root / "portals")
    for name, value in {
        "DATA_ROOT": str(root),
        "ALLOW_PRIVATE_HOSTS": county.authority,
        "READ_WORKERS": "1",
        "RETRIES": "0",
        "BACKOFF": "0.01",
    }.items():
        monkeypatch.setenv(f"NIANBAO_{name}", value)
    with open_workspace(Settings()):
        yield Place(place.portal, Settings())


def by_an_older_parser(place: Place) -> None:
    """Let the ledger say that another parser than today's has read everything."""
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as ledger:
        ledger.execute("UPDATE verdicts SET parser_version = '0.0.9'")
        ledger.commit()


def misread(place: Place, agency: str, year: int, lost: str = "granted") -> None:
    """Make the figures of a published report what an older parser may have read: one wrong, one not found."""

    def change(rows: Rows) -> Rows:
        own: dict[str, list[Row]] = {table: list(of_table) for table, of_table in rows.items()}
        own["requests"] = [
            {**row, "value": 987, "raw": "987"} if (row["outcome"], row["applicant"]) == ("received", "total") else row
            for row in own["requests"]
            if (row["outcome"], row["applicant"]) != (lost, "total")
        ]
        return own

    with open_workspace(place.settings) as workspace:
        identifier = report_id("CN-990101", agency.removeprefix(COUNTY), year)
        assert amend(workspace.warehouse, Partition("CN-990101", year), [identifier], change)
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as ledger:
        ledger.execute("UPDATE verdicts SET parser_version = '0.0.9' WHERE report_id = ?", [identifier])
        ledger.commit()


def every_way(county: County, root: Path) -> Place:
    """Fill a data root with pages, attachments, a correction, several reports in one file, and unreadable files."""
    place = county.place(root / "data")
    write_portal(place.portal, place.settings.data_root / "portals")
    county.add(GOVERNMENT, 2022)
    _add_files(county, 2021, [GOVERNMENT])
    _add_files(county, 2020, [GOVERNMENT, *BUREAUS])
    for title in ("", "（更正）"):
        path = county.add(BUREAUS[0], 2022, report_page(BUREAUS[0], 2022, seed=len(title) + 1))
        county.listed[-1] = (path, county.listed[-1][1] + title, county.listed[-1][2])
    county.add(BUREAUS[1], 2022, report_page(BUREAUS[1], 2022, inner="<p>年度报告正在整理中，敬请期待。</p>"))
    with open_workspace(place.settings) as workspace:
        place.crawl()
        _add_from_disk(place, root, workspace)
    return place


def _add_from_disk(place: Place, root: Path, workspace: Workspace) -> None:
    """Files that are placed by hand, one of them after it was in quarantine; one of several reports; a letter."""
    ambiguous = body(HTML).decode().replace(HTML.county, AMBIGUOUS)
    place.ingest(written(root / "placed.html", ambiguous.encode()), jurisdiction=ONE_OF_THEM)
    place.ingest(written(root / "letter.pdf", letter()), written(root / "several.txt", several_reports()))
    place.ingest(written(root / "retried.html", ambiguous.replace(str(HTML.year), "2019").encode()))
    entries = [one for one in workspace.quarantine.entries() if one.origin.source.endswith("retried.html")]
    assert retry(entries, workspace, Assigned(ONE_OF_THEM)).failures == []


def _add_files(county: County, year: int, agencies: list[str]) -> None:
    """Add a page that links a PDF for each agency."""
    links = "".join(f'<p><a href="./P{year}{at}.pdf">{agency}年度报告</a></p>' for at, agency in enumerate(agencies))
    path = county.add(GOVERNMENT, year, report_page(GOVERNMENT, year, inner=links))
    for at, agency in enumerate(agencies):
        parts = compose(replace(make_figures(COUNTY, year, 1), agency=agency), date(year + 1, 3, 20))
        county.serve(f"{path.rpartition('/')[0]}/P{year}{at}.pdf", render_pdf(agency, year, parts))


def several_reports() -> bytes:
    """Return the reports of two counties in one text."""
    texts = []
    for seed, name in enumerate(("莱州市", "文登区")):
        printed = print_report(2023, seed, as_drawn)
        text = flatten_report(printed.title, printed.parts, bare_tabs, Random(1))
        texts.append(text.replace(printed.title.partition("人民政府")[0], name))
    return "\n".join(texts).encode()
