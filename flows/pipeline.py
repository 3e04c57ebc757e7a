"""The order of steps: discover → fetch → archive → read → match → check → publish.

Owns that order for the entries of a portal and for files on disk. Must not import Prefect: every step is a plain
function that runs anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from extractors.attachments import attachments
from extractors.discovery import Entry, discover
from extractors.links import Link
from extractors.portal import Portal
from extractors.session import Session
from extractors.sniff import sniff
from flows.collector import FILES, Capture, Collector, capture_file
from flows.editions import Edition, publish_editions
from flows.job import Document, Job, Reading
from flows.outcome import Outcome
from flows.progress import display
from flows.reading import Told
from flows.workspace import Workspace
from transforms.dimensions import codebook_rows, jurisdiction_rows
from transforms.report import Context
from transforms.titles import ReportTitle, report_title
from warehouse.write import write_dimension

_BATCH = 100
"""Files that are read before their reports are published: memory does not grow with their number."""
_NEVER_REPORTS = frozenset({"application/json"})
"""Kinds of files that lie beside reports in a folder and are passed over there."""


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
            pages = []
            for entry, title in group:
                pages += _fetch_entry(entry, title, portal, collector, outcome)
                done += 1
                display().show(f"{portal.id}: fetch and read", done, len(entries))
            editions = [edition for page in pages for edition in _read_page(page, collector)]
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


@dataclass(frozen=True, slots=True)
class _Page:
    """The fetched page of an entry, its links to files, and its reading; None where it was read by an earlier run."""

    job: Job
    capture: Capture
    links: list[Link]
    reading: Reading | None


def _fetch_entry(
    entry: Entry, title: ReportTitle, portal: Portal, collector: Collector, outcome: Outcome
) -> list[_Page]:
    """The page of an entry, handed to a reader while others are fetched; none where nothing is new or it failed."""
    page = collector.capture(entry.url)
    if isinstance(page, str):
        outcome.fail(entry.url, page)
        return []
    context = Context(title.agency or None, entry.published_on, portal.jurisdiction, portal.divisions)
    job = Job(collector.workspace, portal.id, context, title.corrected, outcome)
    links = attachments(page.body, page.url) if sniff(page.body) == "text/html" else []
    states = {settled.state for settled in job.settled(page)}
    if states and not (links and "no_report" in states):
        return []
    return [_Page(job, page, links, None if states else job.begin(page))]


def _read_page(page: _Page, collector: Collector) -> list[Edition]:
    """The editions told by a page, or by its attachments where the page itself is no whole report."""
    report = page.reading() if page.reading else None
    if not page.links or (isinstance(report, Told) and report.status == "complete"):
        return page.job.conclude([(page.capture, report)]) if report else []
    documents: list[Document] = [(page.capture, report)] if isinstance(report, Told) else []
    for link in page.links:
        attached = collector.capture(link.url)
        if isinstance(attached, str):
            page.job.outcome.fail(link.url, attached)
        elif not page.job.settled(attached):
            documents.append((attached, page.job.begin(attached)()))
    if isinstance(report, str):
        page.job.note_no_report(page.capture, report)
    return page.job.conclude(documents)


def ingest_files(paths: Iterable[Path], workspace: Workspace, jurisdiction: str | None = None) -> Outcome:
    """Puts files, and all files below folders, through the same steps as captures of a portal.

    `jurisdiction` is that of reports whose agency's name does not settle it. What cannot be read goes to
    quarantine and is a failure, and is read again each time: another `jurisdiction` may help it. JSON files in a
    folder are passed over.
    """
    outcome = Outcome()
    files = _files(paths, outcome)
    for start in range(0, len(files), _BATCH):
        begun = [_begin_file(path, workspace, jurisdiction, outcome) for path in files[start : start + _BATCH]]
        editions: list[Edition] = []
        for done, (job, capture, reading) in enumerate((one for one in begun if one), start):
            display().show("read", done, len(files))
            editions += job.conclude([(capture, reading())])
        publish_editions(editions, workspace, outcome)
    display().show("read", len(files), len(files))
    publish_dimensions(workspace, {})
    return outcome


def _begin_file(
    path: Path, workspace: Workspace, jurisdiction: str | None, outcome: Outcome
) -> tuple[Job, Capture, Reading] | None:
    """Hands a file to a reader, unless its bytes were read before.

    What was quarantined is tried again, for its remedy may be at hand now.
    """
    outcome.counts.found += 1
    try:
        capture = capture_file(workspace, path, outcome.counts)
    except OSError as error:
        outcome.fail(str(path), error.strerror or str(error))
        return None
    job = Job(workspace, FILES, Context(jurisdiction=jurisdiction), corrected=False, outcome=outcome)
    if any(verdict.state != "quarantined" for verdict in job.settled(capture)):
        return None
    return job, capture, job.begin(capture)


def _files(paths: Iterable[Path], outcome: Outcome) -> list[Path]:
    """The files to read: those named, and those below named folders; what is not there is a failure."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]
            reports = [file for file in below if sniff(file.read_bytes()) not in _NEVER_REPORTS]
            outcome.counts.ignored += len(below) - len(reports)
            if not reports:
                outcome.fail(str(path), "the folder holds no file that could be a report")
            files += reports
        elif path.is_file():
            files.append(path)
        else:
            outcome.fail(str(path), "there is no such file or folder")
    return files


def publish_dimensions(workspace: Workspace, divisions: Mapping[str, str]) -> None:
    """Writes `jurisdictions` and `codebook` where something was published; `divisions`: code → name of a portal's."""
    if workspace.warehouse.exists():
        write_dimension(workspace.warehouse, "jurisdictions", jurisdiction_rows(divisions))
        write_dimension(workspace.warehouse, "codebook", codebook_rows())
