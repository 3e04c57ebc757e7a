"""The order of steps: discover → fetch → archive → read → match → check → publish.

Owns that order for the entries of a portal and for files on disk. Must not import Prefect: every step is a plain
function that runs anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

from extractors.portals.portal import Portal
from extractors.web.client import PoliteClient
from extractors.web.response import ResponseCache
from flows.runs.progress import display
from flows.runs.result import Alarm, Counts, RunResult
from flows.steps.completeness import Gap, check_yield, held_back, hold_back, lacking_pages, missing_pages
from flows.steps.fetch import FILES, Capture, Fetcher, capture_file
from flows.steps.listed_reports import ListedReport, is_due, read_lists
from flows.steps.local_files import files_to_read, pictures_beside
from flows.steps.page import Page, begin_page, conclude_page
from flows.steps.publish import Edition, publish_editions
from flows.steps.verdicts import PageReading
from flows.workspace import Workspace, known_portals
from transforms.dimension_rows import codebook_rows, jurisdiction_rows
from transforms.parser_version import parser_version
from transforms.report import Context
from warehouse.publish.manifest import compact_manifest, known_files
from warehouse.publish.run_log import UNATTRIBUTED, Run
from warehouse.publish.write import write_dimension

HELD_BACK = "held back"
"""Begins the reason of an entry that was read and waits for others of its year."""
_BATCH = 100
"""Files that are read before their reports are published: memory does not grow with their number."""


def crawl_portal(
    portal: Portal,
    workspace: Workspace,
    years: Collection[int] | None = None,
    recheck: timedelta = timedelta(0),
    run: Run = UNATTRIBUTED,
    outcome: RunResult | None = None,
) -> RunResult:
    """Crawls one portal and publishes what is new or changed; `years`: only these, by the titles of the list.

    Reports of past seasons that were checked less than `recheck` ago are not asked for, nor those that a crawl which
    was cut off had read. Nothing that was published before is removed, and nothing is published of a year of which
    something could not be had. What could not be had or read is a failure of the outcome; one that is given is filled.
    """
    outcome = RunResult() if outcome is None else outcome
    with open_collector(portal, workspace, outcome.counts) as collector:
        display().show(f"{portal.id}: discover", 0, None)
        lists = read_lists(portal, collector, outcome)
        if years is None:
            workspace.ledger.baselines.mark_attempted(portal.id)
        lacks = check_yield(portal, lists, workspace.ledger, years, outcome)
        chosen = [one for one in lists.announced if years is None or one.title.year in years]
        outcome.counts.found += len(chosen)
        display().show(f"{portal.id}: discover", len(chosen), len(chosen))
        due = [one for one in chosen if is_due(one, workspace.ledger, recheck, lists.resumed)]
        outcome.counts.not_due += len(chosen) - len(due)
        advance = stage(f"{portal.id}: fetch and read", len(due))
        groups, held = _by_year(due), False
        for year in sorted({one.title.year for one in chosen}, reverse=True):
            lacking = lacks.get(year, ())
            if year in groups:
                held |= crawl_entries(groups[year], portal, collector, outcome, run, advance, lacking)
            else:
                hold_back(portal.id, year, lacking, workspace.ledger)
        workspace.ledger.mark_crawl_finished(portal.id)
        all_had = chosen and lists.listing.complete and not missing_pages(due, workspace.ledger)
        if years is None and all_had and not held:
            workspace.ledger.baselines.mark_completed(portal.id)
    compact_manifest(workspace.warehouse)
    return outcome


def note_failed_reports(portal: str, outcome: RunResult) -> None:
    """Makes one alarm of a portal's reports that could not be had or read, each of which is a failure already."""
    failed = [failure for failure in outcome.failures if failure.where != portal]
    if failed:
        first = f"{failed[0].where}: {failed[0].reason}"
        reason = f"{len(failed)} of its pages could not be had or read, the first: {first}"
        outcome.alarms.append(Alarm(portal, "reports_failed", reason))


@contextmanager
def open_collector(
    portal: Portal, workspace: Workspace, counts: Counts, memory: ResponseCache | None = None
) -> Iterator[Fetcher]:
    """What fetches for a portal, at its rate; what `memory` holds is not asked for."""
    charset = portal.encoding.charset if portal.encoding else None
    politeness = workspace.settings.politeness(portal.delay, legacy_tls=portal.tls is not None)
    with PoliteClient(politeness, rate_limiter=workspace.turns, cache=memory) as session:
        yield Fetcher(workspace, session, portal.id, counts, charset, memory)


def crawl_entries(
    announced: Sequence[ListedReport],
    portal: Portal,
    collector: Fetcher,
    outcome: RunResult,
    run: Run,
    advance: Callable[[], None],
    lacks: Sequence[Gap] = (),
) -> bool:
    """Fetches entries of one year, at least one, reads them and publishes what they tell, if all of them could be had;
    whether it is held back.

    `lacks` is what the lists lack of that year; `advance` is called after each page that was fetched. What is held back
    is read again, from the archive where its page has not changed, by the next crawl.
    """
    pages: list[Page] = []
    for one in announced:
        pages += _fetch_entry(one, portal, collector, outcome)
        advance()
    concluded = [(page, conclude_page(page)) for page in pages]
    editions = [edition for _, told in concluded for edition in told]
    year, ledger = announced[0].title.year, collector.workspace.ledger
    reason = hold_back(portal.id, year, [*lacks, *lacking_pages(announced, ledger)], ledger)
    if reason and editions:
        outcome.alarms.append(held_back(portal.id, year, len(editions), reason))
        for page, told in concluded:
            if told:
                page.job.note_held_back(f"{HELD_BACK}: {reason}")
    else:
        publish_editions(editions, collector.workspace, outcome, run)
    for page in pages:
        page.job.note_done()
    return bool(reason and editions)


def stage(name: str, total: int) -> Callable[[], None]:
    """Shows a stage of so many pieces; what is returned is called after each piece."""
    if total:
        display().show(name, 0, total)
    done = count(1)
    return lambda: display().show(name, next(done), total)


def _by_year(announced: Iterable[ListedReport]) -> dict[int, list[ListedReport]]:
    """The reports of each year together: editions of one report stand in one group."""
    groups: defaultdict[int, list[ListedReport]] = defaultdict(list)
    for one in announced:
        groups[one.title.year].append(one)
    return groups


def _fetch_entry(announced: ListedReport, portal: Portal, collector: Fetcher, outcome: RunResult) -> list[Page]:
    """The page of an entry, handed to a reader while others are fetched; none where nothing is new or it failed."""
    title, entry = announced.title, announced.entry
    context = Context(title.agency or None, entry.published_on, portal.jurisdiction, portal.divisions)
    job = PageReading(collector.workspace, portal.id, context, title.corrected, outcome, announced.listed)
    page = collector.capture(entry.url)
    if isinstance(page, str):
        outcome.fail(entry.url, page)
        job.put_off(entry.url, page)
        return []
    job.note_begun()
    pages = begin_page(job, page, collector.capture)
    if not pages:
        job.note_done()
    return pages


def ingest_files(paths: Iterable[Path], workspace: Workspace, jurisdiction: str | None = None) -> RunResult:
    """Puts files, and all files below folders, through the same steps as captures of a portal.

    `jurisdiction` is that of reports whose agency's name does not settle it. What cannot be read goes to
    quarantine and is a failure, and is read again each time: another `jurisdiction` may help it. JSON files in a
    folder, and pictures that a page in it shows, are passed over. What a page links to is read where it is given.
    """
    outcome = RunResult()
    run = Run(workspace.ledger.runs.begin("ingest"), parser_version())
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
        publish_editions(editions, workspace, outcome, run)
    display().show("read", len(files), len(files))
    compact_manifest(workspace.warehouse)
    publish_dimensions(workspace, known_portals(workspace.settings).values())
    workspace.ledger.runs.end(run.run_id, outcome.numbers)
    return outcome


def _begin_file(path: Path, workspace: Workspace, jurisdiction: str | None, outcome: RunResult) -> list[Page]:
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

    job = PageReading(workspace, FILES, Context(jurisdiction=jurisdiction), corrected=False, outcome=outcome)
    if all(verdict.state == "quarantined" for verdict in job.settled(capture)):
        if jurisdiction:
            workspace.ledger.assign_jurisdiction(capture.url, jurisdiction)
        return [Page(job, capture, job.begin(capture), fetch)]
    return begin_page(job, capture, fetch)


def publish_dimensions(workspace: Workspace, portals: Iterable[Portal]) -> None:
    """Writes `jurisdictions`, with divisions that only `portals` know, and `codebook` where something was published."""
    if len(known_files(workspace.warehouse)):
        divisions = {code: name for portal in portals for name, code in portal.divisions.items()}
        write_dimension(workspace.warehouse, "jurisdictions", jurisdiction_rows(divisions))
        write_dimension(workspace.warehouse, "codebook", codebook_rows())
