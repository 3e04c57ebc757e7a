"""The order of steps for the entries of a portal: discover → fetch → archive → read → check → publish → coverage.

Owns that order. Without Prefect: every step is a plain function that runs anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from extractors.portals.portal import Portal
from extractors.web.response import PASSING
from flows.documents.capture import Capture
from flows.documents.page_parts import parts_of
from flows.ledger.ledger import Ledger
from flows.ledger.records import ListEntry, PartsOfPage
from flows.runs.progress import display, stage
from flows.runs.result import Alarm, RunResult
from flows.steps.coverage import record_coverage
from flows.steps.fetch import Fetcher, open_fetcher
from flows.steps.listed_reports import ListedReport, Lists, read_lists
from flows.steps.page_reading import PageReading, PendingEditions
from flows.steps.page_verdicts import PageSource, context_of
from flows.steps.publish import publish_editions
from flows.steps.read_state import is_due, state_of_entry
from flows.steps.yield_alarms import yield_alarms
from flows.workspace import Workspace
from transforms.parser_version import parser_version
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.run_log import UNATTRIBUTED, Run


def crawl_portal(
    portal: Portal,
    workspace: Workspace,
    years: Collection[int] | None = None,
    recheck: timedelta = timedelta(0),
    run: Run = UNATTRIBUTED,
    outcome: RunResult | None = None,
) -> RunResult:
    """Crawl one portal, publish what is new or changed, and record what it lacks; `years`: only these, by the titles.

    Reports of past seasons that were checked less than `recheck` ago are not fetched, nor those that an interrupted
    crawl had read. Nothing that was published is removed. Failures are added to `outcome`, which is updated in place if
    it is given.
    """
    outcome = RunResult() if outcome is None else outcome
    ledger = workspace.ledger
    with open_fetcher(portal, workspace, outcome.counts) as fetcher:
        display().show(f"{portal.id}: discover", 0, None)
        lists = read_lists(portal, fetcher, outcome)
        if years is None:
            ledger.listings.mark_full_crawl_attempted(portal.id)
        warn_of_yield(portal, lists, years, outcome)
        chosen = [report for report in lists.announced if years is None or report.title.year in years]
        outcome.counts.found += len(chosen)
        display().show(f"{portal.id}: discover", len(chosen), len(chosen))
        fetcher.look_up(report.entry.url for report in chosen)
        due = [report for report in chosen if _is_due(report, lists, recheck, fetcher)]
        outcome.counts.not_due += len(chosen) - len(due)
        advance = stage(f"{portal.id}: fetch and read", len(due))
        for _, group in sorted(_by_year(due).items(), reverse=True):
            crawl_entries(group, portal, fetcher, outcome, run, advance)
        ledger.listings.mark_crawl_finished(portal.id)
        if years is None and chosen and lists.listing.complete and not _left_over(portal, due, ledger):
            ledger.listings.mark_full_crawl_completed(portal.id)
    record_coverage(portal.id, portal, workspace, run)
    compact_manifest(workspace.warehouse)
    return outcome


def warn_of_yield(portal: Portal, lists: Lists, years: Collection[int] | None, outcome: RunResult) -> None:
    """Add an alarm to `outcome` for each way in which a portal yields less than it should."""
    for alarm in yield_alarms(portal, lists.entries, years, datetime.now(UTC), complete=lists.listing.complete):
        outcome.alarm(alarm.portal, alarm.kind, alarm.reason)


def note_failed_reports(portal: str, outcome: RunResult) -> None:
    """Add one alarm for a portal's reports that could not be fetched or read, each of which is a failure already."""
    failed = [failure for failure in outcome.failures if failure.where != portal]
    if failed:
        first = f"{failed[0].where}: {failed[0].reason}"
        reason = f"{len(failed)} of its pages could not be fetched or read, the first: {first}"
        outcome.alarms.append(Alarm(portal, "reports_failed", reason))


def crawl_entries(
    reports: Sequence[ListedReport],
    portal: Portal,
    fetcher: Fetcher,
    outcome: RunResult,
    run: Run,
    advance: Callable[[], None],
) -> None:
    """Fetch the entries of one year, read them, and publish what they contain.

    `advance` is called after each page that was fetched.
    """
    begun: list[tuple[ListEntry, PendingEditions]] = []
    for report in reports:
        pending = begin_entry(report, portal, fetcher, outcome)
        if pending:
            begun.append((report.listed, pending))
        advance()
    editions = [edition for _, pending in begun for edition in pending()]
    fetcher.workspace.ledger.fetches.flush()
    publish_editions(editions, fetcher.workspace, outcome, run)
    fetcher.workspace.ledger.entries.mark_done(*(listed for listed, _ in begun))


def _is_due(report: ListedReport, lists: Lists, recheck: timedelta, fetcher: Fetcher) -> bool:
    known = fetcher.known_page(report.entry.url)
    state = state_of_entry(report.listed, known, fetcher.workspace.ledger)
    return is_due(report.listed, known.address, state, recheck, lists.resumed)


def _left_over(portal: Portal, reports: Iterable[ListedReport], ledger: Ledger) -> bool:
    """Return whether a page, or a part of one, could not be fetched that a later crawl may get.

    A page that is gone, or closed to the public, is an answer; an unreadable document is there.
    """
    urls = {report.listed.url for report in reports}
    entries = (entry for entry in ledger.entries.of_portal(portal.id) if entry.url in urls)
    return any(entry.stage == "deferred" and entry.outcome in PASSING for entry in entries)


def _by_year(reports: Iterable[ListedReport]) -> dict[int, list[ListedReport]]:
    """Return the reports of each year: editions of one report stand in one group."""
    groups: defaultdict[int, list[ListedReport]] = defaultdict(list)
    for report in reports:
        groups[report.title.year].append(report)
    return groups


def begin_entry(report: ListedReport, portal: Portal, fetcher: Fetcher, outcome: RunResult) -> PendingEditions | None:
    """Fetch the page of an entry and hand it to a reader; return None if nothing is new or the fetch failed."""
    entry, listed, ledger = report.entry, report.listed, fetcher.workspace.ledger
    known, capture = fetcher.known_page(entry.url), fetcher.capture(entry.url)
    if isinstance(capture, str):
        outcome.fail(entry.url, capture)
        address = ledger.address(entry.url)
        if address:
            ledger.defer(listed, address.outcome, capture)
        return None
    title = report.title
    decisions = fetcher.workspace.decisions.of(portal)
    context = context_of(title.agency, entry.published_on, title.year, portal, decisions)
    source = PageSource(portal.id, context, title.corrected, listed)
    reading = PageReading(source, capture, fetcher.capture, fetcher.workspace, outcome)
    stage = listed.stage

    def begins() -> None:
        nonlocal stage
        stage = "reading"
        ledger.entries.mark(listed, stage)

    pending = reading.begin_if_changed(known.verdicts, partial(_parts_of, capture, known.parts, ledger), begins)
    if pending is None and stage != "done":
        ledger.entries.mark(listed, "done")
    return pending


def _parts_of(capture: Capture, known: PartsOfPage | None, ledger: Ledger) -> PartsOfPage:
    """Return what a page names: what today's parser found in the same bytes, else what it finds now."""
    if known and (known.sha256, known.parser_version) == (capture.sha256, parser_version()):
        return known
    found = parts_of(capture, capture.address.portal)
    ledger.page_parts.record([found])
    return found
