"""The order of steps: discover → fetch → archive → read → match → check → publish.

Owns that order for the entries of a portal and for files on disk. Must not import Prefect: every step is a plain
function that runs anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from extractors.discovery import Entry, discover
from extractors.portal import Portal
from extractors.session import Session
from flows.collector import FILES, Capture, Collector, capture_file
from flows.disk import files_to_read, pictures_beside
from flows.editions import Edition, publish_editions
from flows.entry import Page, begin_page, conclude_page
from flows.job import Job
from flows.outcome import Outcome
from flows.progress import display
from flows.workspace import Workspace
from transforms.dimensions import codebook_rows, jurisdiction_rows
from transforms.report import Context
from transforms.titles import ReportTitle, report_title
from warehouse.write import write_dimension

_BATCH = 100
"""Files that are read before their reports are published: memory does not grow with their number."""


def crawl_portal(portal: Portal, workspace: Workspace, years: Collection[int] | None = None) -> Outcome:
    """Crawls one portal and publishes what is new or changed; `years`: only these, by the titles of the list.

    Nothing that was published before is removed. What could not be had or read is a failure of the outcome.
    """
    outcome = Outcome()
    with Session(workspace.settings.politeness(portal.delay)) as session:
        collector = Collector(workspace, session, portal.id, outcome.counts)
        display().show(f"{portal.id}: discover", 0, None)
        discovery = discover(portal, collector.fetch)
        if not discovery.complete:
            outcome.fail(portal.id, f"the list is incomplete: {discovery.reason}")
        entries = _select(discovery.entries, years, outcome)
        display().show(f"{portal.id}: discover", len(entries), len(entries))
        if not entries and discovery.complete:
            outcome.fail(portal.id, "no annual report is listed")
        done = 0
        for group in _by_year(entries):
            pages: list[Page] = []
            for entry, title in group:
                pages += _fetch_entry(entry, title, portal, collector, outcome)
                done += 1
                display().show(f"{portal.id}: fetch and read", done, len(entries))
            editions = [edition for page in pages for edition in conclude_page(page)]
            publish_editions(editions, workspace, outcome)
    publish_dimensions(workspace, {code: name for name, code in portal.divisions.items()})
    return outcome


def _select(
    entries: Iterable[Entry], years: Collection[int] | None, outcome: Outcome
) -> list[tuple[Entry, ReportTitle]]:
    """The entries whose titles are those of annual reports; all others are counted as ignored."""
    chosen = []
    for entry in entries:
        title = report_title(entry.title)
        if title is None:
            outcome.counts.ignored += 1
        elif years is None or title.year in years:
            chosen.append((entry, title))
    outcome.counts.found += len(chosen)
    return chosen


def _by_year(entries: Iterable[tuple[Entry, ReportTitle]]) -> list[list[tuple[Entry, ReportTitle]]]:
    """The entries of each year together, the latest first: editions of one report stand in one group."""
    groups: defaultdict[int, list[tuple[Entry, ReportTitle]]] = defaultdict(list)
    for entry, title in entries:
        groups[title.year].append((entry, title))
    return [groups[year] for year in sorted(groups, reverse=True)]


def _fetch_entry(
    entry: Entry, title: ReportTitle, portal: Portal, collector: Collector, outcome: Outcome
) -> list[Page]:
    """The page of an entry, handed to a reader while others are fetched; none where nothing is new or it failed."""
    page = collector.capture(entry.url)
    if isinstance(page, str):
        outcome.fail(entry.url, page)
        return []
    context = Context(title.agency or None, entry.published_on, portal.jurisdiction, portal.divisions)
    job = Job(collector.workspace, portal.id, context, title.corrected, outcome, title.year)
    return begin_page(job, page, collector.capture)


def ingest_files(paths: Iterable[Path], workspace: Workspace, jurisdiction: str | None = None) -> Outcome:
    """Puts files, and all files below folders, through the same steps as captures of a portal.

    `jurisdiction` is that of reports whose agency's name does not settle it. What cannot be read goes to
    quarantine and is a failure, and is read again each time: another `jurisdiction` may help it. JSON files in a
    folder, and pictures that a page in it shows, are passed over. What a page links to is read where it is given.
    """
    outcome = Outcome()
    files = files_to_read(paths, outcome)
    for start in range(0, len(files), _BATCH):
        pages = [
            page
            for path in files[start : start + _BATCH]
            for page in _begin_file(path, workspace, jurisdiction, outcome)
        ]
        editions: list[Edition] = []
        for done, page in enumerate(pages, start):
            display().show("read", done, len(files))
            editions += conclude_page(page)
        publish_editions(editions, workspace, outcome)
    display().show("read", len(files), len(files))
    publish_dimensions(workspace, {})
    return outcome


def _begin_file(path: Path, workspace: Workspace, jurisdiction: str | None, outcome: Outcome) -> list[Page]:
    """Hands a file to a reader, unless its bytes were read before.

    What was quarantined is tried again, for its remedy may be at hand now.
    """
    outcome.counts.found += 1
    try:
        capture = capture_file(workspace, path, outcome.counts)
    except OSError as error:
        outcome.fail(str(path), error.strerror or str(error))
        return []
    pictures = pictures_beside(path, capture.body)

    def fetch(url: str) -> Capture | None:
        return capture_file(workspace, pictures[url], outcome.counts, url) if url in pictures else None

    job = Job(workspace, FILES, Context(jurisdiction=jurisdiction), corrected=False, outcome=outcome)
    if all(verdict.state == "quarantined" for verdict in job.settled(capture)):
        return [Page(job, capture, job.begin(capture), fetch)]
    return begin_page(job, capture, fetch)


def publish_dimensions(workspace: Workspace, divisions: Mapping[str, str]) -> None:
    """Writes `jurisdictions` and `codebook` where something was published; `divisions`: code → name of a portal's."""
    if workspace.warehouse.exists():
        write_dimension(workspace.warehouse, "jurisdictions", jurisdiction_rows(divisions))
        write_dimension(workspace.warehouse, "codebook", codebook_rows())
