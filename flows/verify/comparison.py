"""A portal's file beside its site: what its lists name by year, and what is read from the newest report.

Owns that comparison and its faults. It goes the way of a crawl, in stores of its own that are gone when it ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors.portals.portal import Portal
from flows.clock import today
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.editions import Edition
from flows.steps.fetch import Fetcher, open_fetcher
from flows.steps.listed_reports import ListedReport, Lists, read_lists
from flows.steps.pipeline import begin_entry
from flows.workspace import open_workspace
from transforms.rows import naming_columns


@dataclass(frozen=True, slots=True)
class ListedYear:
    """The reports of one year: how many are `listed`, how many the file expects at least, and one of their titles.

    `agency` and `jurisdiction` are those that the title is taken for.
    """

    year: int
    listed: int
    expected: int
    title: str | None = None
    agency: str | None = None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report as it was read from the page of a list entry, with the number of its figures and of its findings."""

    url: str
    title: str
    agency: str
    jurisdiction: str
    year: int
    status: str
    figures: int
    findings: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A portal's file beside its site. `ignored` counts list entries that are no reports; `faults` are what is wrong.

    `robots` is what robots.txt says of the homepage, `report` the newest report; None if it could not be read.
    """

    portal: str
    homepage: str
    robots: str
    list_pages: tuple[str, ...]
    complete: bool
    ignored: int
    years: tuple[ListedYear, ...]
    report: ReadReport | None
    faults: tuple[str, ...]


def compare(portal: Portal, settings: Settings) -> Comparison:
    """Read a portal's lists and its newest report as a crawl does, and keep nothing of it.

    Raises NoContact if the portal is public and the settings name no contact.
    """
    settings.require_contact((portal.homepage, *portal.list_pages))
    outcome = RunResult()
    with (
        TemporaryDirectory(prefix="nianbao-") as folder,
        open_workspace(settings.in_folder(Path(folder))) as workspace,
        open_fetcher(portal, workspace, outcome.counts) as fetcher,
    ):
        rules = fetcher.client.rules(portal.homepage)
        refused = rules.refuses(portal.homepage)
        robots = (refused[1] if refused else "allows") + (
            f"; crawl-delay {rules.crawl_delay:g} s" if rules.crawl_delay else ""
        )
        lists = read_lists(portal, fetcher, outcome)
        years = tuple(_years(portal, lists.announced))
        report = _read_newest(portal, lists.announced, fetcher, outcome)
    return Comparison(
        portal.id,
        portal.homepage,
        robots,
        lists.listing.list_pages or portal.list_pages,
        lists.listing.complete,
        outcome.counts.ignored,
        years,
        report,
        tuple(_faults(portal, lists, years, report, outcome)),
    )


def _years(portal: Portal, announced: Sequence[ListedReport]) -> Iterator[ListedYear]:
    """Yield the years that are listed or expected, the latest first; this year's reports come next year."""
    of_year: defaultdict[int, list[ListedReport]] = defaultdict(list)
    for report in announced:
        of_year[report.title.year].append(report)
    last = min(portal.years.last or today().year - 1, today().year - 1)
    for year in sorted({*of_year, *portal.expectations, *range(portal.years.first, last + 1)}, reverse=True):
        listed, expected = of_year[year], portal.expectations.get(year, int(year in portal.years))
        count = len({report.listed.report_id for report in listed})
        if not listed:
            yield ListedYear(year, count, expected)
            continue
        sample = listed[0]
        agency = sample.body.name if sample.body else None
        yield ListedYear(year, count, expected, sample.entry.title, agency, sample.listed.jurisdiction)


def _read_newest(
    portal: Portal, announced: Sequence[ListedReport], fetcher: Fetcher, outcome: RunResult
) -> ReadReport | None:
    """Return the newest report as its page reads, with the files and pictures that belong to it."""
    if not announced:
        return None
    newest = max(announced, key=lambda report: (report.title.year, report.entry.published_on or date.min))
    pending = begin_entry(newest, portal, fetcher, outcome)
    editions = pending() if pending else []
    return _as_read(newest, editions[0]) if editions else None


def _as_read(listed: ListedReport, edition: Edition) -> ReadReport:
    rows, place = edition.report.rows, edition.place
    return ReadReport(
        url=listed.entry.url,
        title=str(rows["reports"][0]["title"] or listed.entry.title),
        agency=place.agency.name,
        jurisdiction=place.jurisdiction,
        year=place.year,
        status=edition.report.status,
        figures=sum(len(rows[table]) for table in naming_columns()),
        findings=len(rows["findings"]),
    )


def _faults(
    portal: Portal, lists: Lists, years: Sequence[ListedYear], report: ReadReport | None, outcome: RunResult
) -> Iterator[str]:
    """Yield why the file cannot be called verified."""
    if not lists.listing.complete:
        yield f"the list is incomplete: {lists.listing.reason}"
    elif not lists.announced:
        yield "no annual report is listed"
    for year in years:
        if year.listed < portal.expectations.get(year.year, 0):
            yield f"{year.year}: {year.listed} reports are listed, and the file expects {year.expected} or more"
    if lists.announced and report is None:
        of_page = [failure for failure in outcome.failures if failure.where != portal.id]
        reasons = "; ".join(f"{failure.where}: {failure.reason}" for failure in of_page)
        yield f"the newest report could not be read: {reasons or 'its page holds no report'}"
