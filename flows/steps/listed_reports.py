"""A portal's lists → the annual reports that they name, with what the ledger remembers of them.

Owns which entries are taken, and whether one is due to be asked for again. Must not fetch articles, nor read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from extractors.discovery.list_reader import Discovery, Entry, discover
from extractors.discovery.list_search import find_list_pages
from extractors.portals.portal import Portal
from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, ListEntry, Listing, Verdict
from flows.runs.result import RunResult
from flows.status.states import failure_state
from flows.steps.fetch import Fetcher
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.resolve import body_name, resolve_jurisdiction
from transforms.parser_version import parser_version
from transforms.prose.titles import ReportTitle, report_title
from transforms.rows import report_id

_IN_SEASON = timedelta(days=120)
"""How long after its publication a report is still asked for every time: corrections follow within weeks."""


_RESUMABLE = timedelta(days=1)
"""How long after its beginning a crawl that was cut off is gone on with; later, everything is asked for anew."""


NOT_ASKED = "not asked for yet"
"""Stands as the reason of an entry from its listing to the first attempt to have its page."""


@dataclass(frozen=True, slots=True)
class ListedReport:
    """An annual report that a list names: its entry, what its title tells, and its line in the ledger."""

    entry: Entry
    title: ReportTitle
    listed: ListEntry


@dataclass(frozen=True, slots=True)
class Lists:
    """What a portal lists. `resumed` is when the crawl before began, where it was cut off and this one goes on.

    `outdated`: the answers were kept, and another crawl has asked for some of it since.
    """

    announced: list[ListedReport]
    listing: Listing
    resumed: datetime | None
    outdated: bool = False


def read_lists(portal: Portal, collector: Fetcher, outcome: RunResult, since: datetime | None = None) -> Lists:
    """The annual reports that a portal lists, for all years; what is missing is a failure of the outcome.

    Where its file names no column, those that were found the last time are read, as long as they list something.
    `since` is when the work began that this crawl goes on with, if it is known.
    """
    ledger = collector.workspace.ledger
    remembered = ledger.listings.get(portal.id)
    cut_off = remembered is not None and not remembered.finished and _age(remembered.began) < _RESUMABLE
    began = since or (remembered.began if remembered and cut_off else datetime.now(UTC))
    columns = portal.list_pages or (remembered.list_pages if remembered else ())
    found = _read(portal, columns, collector)
    if not found.entries and not portal.list_pages:
        columns, found = _find(portal, collector)
    listing = Listing(portal.id, columns, found.complete, found.outcome, found.reason, began, finished=False)
    ledger.listings.save(listing)
    if not found.complete:
        outcome.alarm(portal.id, failure_state(found.outcome), f"the list is incomplete: {found.reason}")
    announced = _announced(found.entries, portal, outcome)
    ledger.add_pending(portal.id, [one.listed for one in announced], NOT_ASKED, whole=found.complete)
    return Lists(announced, listing, began if since or cut_off else None, bool(collector.outdated))


def is_due(announced: ListedReport, ledger: Ledger, recheck: timedelta, resumed: datetime | None) -> bool:
    """Whether a report is to be asked for: not if it is listed as before, was read by any parser, and was checked
    since the crawl began that is `resumed`, or is one of a past season and was checked less than `recheck` ago.
    """
    listed = announced.listed
    address = ledger.address(listed.url)
    if address is None or not (
        (resumed and address.last_checked >= resumed) or (_is_past(listed) and _age(address.last_checked) < recheck)
    ):
        return True
    return not _is_read(listed, address, ledger) or ledger.entry(listed.url) != listed


def is_missing(announced: ListedReport, ledger: Ledger, since: datetime) -> bool:
    """Whether a report that is listed is to be asked for because it was never had or read; after `since`, but once."""
    listed = announced.listed
    address = ledger.address(listed.url)
    if address is None or ledger.entry(listed.url) != listed:
        return True
    return is_unread(address, ledger.verdicts_on(listed.url), lambda: bool(ledger.editions(listed.report_id)), since)


def is_unread(address: Address, verdicts: Iterable[Verdict], has_editions: Callable[[], bool], since: datetime) -> bool:
    """Whether no parser could read the page of a report, or what the page gave its place to.

    `verdicts` are those on the page's address, `has_editions` tells whether any document told the report. What today's
    parser could not read is no longer asked for when it was after `since`.
    """
    own = [one for one in verdicts if one.sha256 == address.sha256]
    if all(one.state == "no_report" for one in own):
        return not own or not has_editions()
    unread = [one for one in own if one.state in ("quarantined", "failed")]
    return any(address.last_checked < since or one.parser_version != parser_version() for one in unread)


def _is_read(listed: ListEntry, address: Address, ledger: Ledger) -> bool:
    """Whether the page has been read, and what it gave its place to; what a later parser makes of it needs no request.

    That a page is no report is noted before its attachments are published: a crash may lie between.
    """
    verdicts = [one.state for one in ledger.verdicts_on(listed.url) if one.sha256 == address.sha256]
    if any(state != "no_report" for state in verdicts):
        return True
    return bool(verdicts) and bool(ledger.editions(listed.report_id))


def _is_past(listed: ListEntry) -> bool:
    return listed.listed_on is not None and datetime.now(UTC).date() - listed.listed_on >= _IN_SEASON


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


def _read(portal: Portal, columns: tuple[str, ...], collector: Fetcher) -> Discovery:
    return discover(portal.model_copy(update={"list_pages": columns}), collector.fetch_page)


def _find(portal: Portal, collector: Fetcher) -> tuple[tuple[str, ...], Discovery]:
    """The columns that a portal's homepage leads to, and what they list."""
    found = find_list_pages(portal.homepage, portal.dialect, collector.fetch_page, _is_report)
    columns = tuple(column.url for column in found.found)
    read = _read(portal, columns, collector)
    if found.reason is None:
        return columns, read
    # What could not be had may be another column: it is searched for again the next time.
    reason = "; ".join(filter(None, (found.reason, read.reason)))
    outcome = read.outcome if found.outcome == "ok" else found.outcome
    return (), replace(read, complete=False, outcome=outcome, reason=reason)


def _is_report(title: str) -> bool:
    return report_title(title) is not None


def _announced(entries: Iterable[Entry], portal: Portal, outcome: RunResult) -> list[ListedReport]:
    """The entries whose titles are those of annual reports of wanted agencies; others are counted as ignored."""
    announced = []
    for entry in entries:
        title = report_title(entry.title)
        if title is None or (portal.agencies and not any(word in title.agency for word in portal.agencies)):
            outcome.counts.ignored += 1
        else:
            announced.append(ListedReport(entry, title, _listed(entry, title, portal)))
    return announced


def _listed(entry: Entry, title: ReportTitle, portal: Portal) -> ListEntry:
    """The line of an entry in the ledger, as if its page had been had; a title without agency is the government's."""
    year = title.year
    found = resolve_jurisdiction(title.agency, portal.divisions, year, portal.jurisdiction)
    jurisdiction = found or division_in(portal.jurisdiction, year) or portal.jurisdiction
    return ListEntry(
        url=entry.url,
        portal=portal.id,
        report_id=report_id(jurisdiction, body_name(title.agency, portal.divisions, year), year),
        jurisdiction=jurisdiction,
        agency=title.agency,
        year=year,
        title=entry.title,
        listed_on=entry.published_on,
        outcome="ok",
        reason=None,
    )
