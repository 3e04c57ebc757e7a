"""The order of steps for the entries of a portal: discover → fetch → archive → read → check → publish.

Owns that order. Without Prefect: every step is a plain function that runs anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from extractors.portals.portal import Portal
from flows.ledger.records import ListEntry
from flows.runs.progress import display, stage
from flows.runs.result import Alarm, RunResult
from flows.steps.completeness import (
    Gap,
    check_yield,
    held_back,
    lacking_pages,
    missing_pages,
    reason_to_wait,
    record_gaps,
)
from flows.steps.due import is_due
from flows.steps.entry_marks import mark_being_read, mark_deferred, mark_done, mark_held_back
from flows.steps.fetch import Fetcher, open_fetcher
from flows.steps.listed_reports import ListedReport, read_lists
from flows.steps.page_reading import PageReading, PendingEditions
from flows.steps.page_verdicts import PageSource, context_of
from flows.steps.publish import publish_editions
from flows.workspace import Workspace
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
    """Crawl one portal and publish what is new or changed; `years`: only these, by the titles of the list.

    Reports of past seasons that were checked less than `recheck` ago are not fetched, nor those that an interrupted
    crawl had read. Nothing that was published is removed, and nothing is published of a year of which something could
    not be fetched. Failures are added to `outcome`, which is updated in place if it is given.
    """
    outcome = RunResult() if outcome is None else outcome
    with open_fetcher(portal, workspace, outcome.counts) as fetcher:
        display().show(f"{portal.id}: discover", 0, None)
        lists = read_lists(portal, fetcher, outcome)
        if years is None:
            workspace.ledger.listings.mark_full_crawl_attempted(portal.id)
        gaps = check_yield(portal, lists, workspace.ledger, years, outcome)
        chosen = [report for report in lists.announced if years is None or report.title.year in years]
        outcome.counts.found += len(chosen)
        display().show(f"{portal.id}: discover", len(chosen), len(chosen))
        due = [report for report in chosen if is_due(report, workspace.ledger, recheck, lists.resumed)]
        outcome.counts.not_due += len(chosen) - len(due)
        advance = stage(f"{portal.id}: fetch and read", len(due))
        groups, held = _by_year(due), False
        for year in sorted({report.title.year for report in chosen}, reverse=True):
            lacking = gaps.get(year, ())
            if year in groups:
                held |= crawl_entries(groups[year], portal, fetcher, outcome, run, advance, lacking)
            else:
                record_gaps(portal.id, year, lacking, workspace.ledger)
        workspace.ledger.listings.mark_crawl_finished(portal.id)
        all_fetched = chosen and lists.listing.complete and not missing_pages(due, workspace.ledger)
        if years is None and all_fetched and not held:
            workspace.ledger.listings.mark_full_crawl_completed(portal.id)
    compact_manifest(workspace.warehouse)
    return outcome


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
    gaps: Sequence[Gap] = (),
) -> bool:
    """Fetch the entries of one year, at least one, read them, and publish what they contain unless it must wait.

    Return whether it is held back. `gaps` is what the lists lack of that year; `advance` is called after each page that
    was fetched. The next crawl reads again what is held back, from the archive if its page has not changed.
    """
    begun: list[tuple[ListEntry, PendingEditions]] = []
    for report in reports:
        pending = _begin_entry(report, portal, fetcher, outcome)
        if pending:
            begun.append((report.listed, pending))
        advance()
    read = [(listed, pending()) for listed, pending in begun]
    editions = [edition for _, own in read for edition in own]
    year, ledger = reports[0].title.year, fetcher.workspace.ledger
    all_gaps = [*gaps, *lacking_pages(reports, ledger)]
    reason = reason_to_wait(all_gaps, record_gaps(portal.id, year, all_gaps, ledger), datetime.now(UTC))
    if reason and editions:
        outcome.alarms.append(held_back(portal.id, year, len(editions), reason))
        for listed, own in read:
            if own:
                mark_held_back(listed, reason, ledger)
    else:
        publish_editions(editions, fetcher.workspace, outcome, run)
    for listed, _ in read:
        mark_done(listed, ledger)
    return bool(reason and editions)


def _by_year(reports: Iterable[ListedReport]) -> dict[int, list[ListedReport]]:
    """Return the reports of each year: editions of one report stand in one group."""
    groups: defaultdict[int, list[ListedReport]] = defaultdict(list)
    for report in reports:
        groups[report.title.year].append(report)
    return groups


def _begin_entry(report: ListedReport, portal: Portal, fetcher: Fetcher, outcome: RunResult) -> PendingEditions | None:
    """Fetch the page of an entry and hand it to a reader; return None if nothing is new or the fetch failed."""
    entry, ledger = report.entry, fetcher.workspace.ledger
    capture = fetcher.capture(entry.url)
    if isinstance(capture, str):
        outcome.fail(entry.url, capture)
        mark_deferred(report.listed, entry.url, capture, ledger)
        return None
    mark_being_read(report.listed, ledger)
    title = report.title
    settled = fetcher.workspace.settled_names.of(portal)
    context = context_of(title.agency, entry.published_on, title.year, portal, settled)
    source = PageSource(portal.id, context, title.corrected, report.listed)
    reading = PageReading(source, capture, fetcher.capture, fetcher.workspace, outcome)
    if reading.is_current():
        mark_done(report.listed, ledger)
        return None
    return reading.begin()
