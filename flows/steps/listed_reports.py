"""A portal's lists → the annual reports that they name, with what the ledger remembers of them.

Owns which list pages are read and which of their entries are reports.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from extractors.discovery.list_reader import Discovery, discover
from extractors.discovery.list_search import find_list_pages
from extractors.discovery.list_walk import Entry
from extractors.portals.portal import Portal
from flows.ledger.agencies import SeenName
from flows.ledger.records import ListEntry, Listing
from flows.runs.result import RunResult
from flows.status.states import failure_state
from flows.steps.fetch import Fetcher
from transforms.jurisdictions.agencies import Agency, Around, find_agency
from transforms.jurisdictions.divisions import division_in
from transforms.jurisdictions.identifiers import report_id
from transforms.prose.titles import ReportTitle, listed_title

_RESUMABLE = timedelta(days=1)
"""How long after its beginning an interrupted crawl is resumed; later, everything is fetched anew."""


@dataclass(frozen=True, slots=True)
class ListedReport:
    """An annual report that a list names: its entry, what its title states, whose it is, its line in the ledger."""

    entry: Entry
    title: ReportTitle
    body: Agency | None
    listed: ListEntry


@dataclass(frozen=True, slots=True)
class Lists:
    """What a portal lists; `entries` are all that its lists ever named, as the ledger has them.

    `resumed` is when the interrupted crawl began that this one resumes; None if it does not. `outdated`: the responses
    were kept, and another crawl has fetched some of them since.
    """

    announced: list[ListedReport]
    entries: Collection[ListEntry]
    listing: Listing
    resumed: datetime | None
    outdated: bool = False


def read_lists(portal: Portal, fetcher: Fetcher, outcome: RunResult, since: datetime | None = None) -> Lists:
    """Read the annual reports that a portal lists, for all years, and record them; an incomplete list is an alarm.

    If its file names no list page, those that were found the last time are read, as long as they list something.
    `since` is when the work began that this crawl resumes, if it is known.
    """
    ledger = fetcher.workspace.ledger
    remembered = ledger.listings.get(portal.id)
    interrupted = remembered is not None and not remembered.finished and _age(remembered.began) < _RESUMABLE
    began = since or (remembered.began if remembered and interrupted else datetime.now(UTC))
    list_pages = portal.list_pages or (remembered.list_pages if remembered else ())
    found = _read(portal, list_pages, fetcher)
    if not found.entries and not portal.list_pages:
        list_pages, found = _find(portal, fetcher)
    reason = "; ".join(filter(None, (found.reason, found.note))) or None
    listing = Listing(portal.id, list_pages, found.complete, found.outcome, reason, began, finished=False)
    ledger.listings.save(listing)
    if not found.complete:
        outcome.alarm(portal.id, failure_state(found.outcome), f"the list is incomplete: {found.reason}")
    around = Around(portal.divisions, portal.jurisdiction, fetcher.workspace.decisions.of(portal).settled)
    announced = _announced(found.entries, portal, around, outcome)
    ledger.record_agencies(_seen(announced))
    named = [report.listed for report in announced]
    known = ledger.entries.record_list(portal.id, named, complete=found.complete and not fetcher.outdated)
    announced = [replace(report, listed=known[report.listed.url]) for report in announced]
    return Lists(announced, known.values(), listing, began if since or interrupted else None, bool(fetcher.outdated))


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


def _read(portal: Portal, list_pages: tuple[str, ...], fetcher: Fetcher) -> Discovery:
    return discover(portal.model_copy(update={"list_pages": list_pages}), fetcher.fetch_page)


def _find(portal: Portal, fetcher: Fetcher) -> tuple[tuple[str, ...], Discovery]:
    """Return the list pages that a portal's homepage leads to, and what they list."""
    found = find_list_pages(portal.homepage, portal.dialect, fetcher.fetch_page, _is_report, portal.allow_hosts)
    list_pages = tuple(page.url for page in found.found)
    read = _read(portal, list_pages, fetcher)
    if found.reason is None:
        return list_pages, read
    # What could not be fetched may be another list page: the next crawl searches again.
    reason = "; ".join(filter(None, (found.reason, read.reason)))
    outcome = read.outcome if found.outcome == "ok" else found.outcome
    return (), replace(read, complete=False, outcome=outcome, reason=reason)


def _is_report(title: str, under: str) -> bool:
    return listed_title(title, under) is not None


def _announced(entries: Iterable[Entry], portal: Portal, around: Around, outcome: RunResult) -> list[ListedReport]:
    """Return the entries whose titles are those of annual reports of wanted agencies; count others as ignored."""
    announced = []
    for entry in entries:
        title = listed_title(entry.title, entry.under)
        if title is None or (portal.agencies and not any(word in title.agency for word in portal.agencies)):
            outcome.counts.ignored += 1
        else:
            body = find_agency(title.agency, title.year, around)
            announced.append(ListedReport(entry, title, body, _listed(entry, title, body, portal)))
    return announced


def _listed(entry: Entry, title: ReportTitle, body: Agency | None, portal: Portal) -> ListEntry:
    """Return an entry as the ledger keeps it; a title without agency is the government's."""
    year = title.year
    jurisdiction = body.jurisdiction if body else division_in(portal.jurisdiction, year) or portal.jurisdiction
    return ListEntry(
        url=entry.url,
        portal=portal.id,
        report_id=body.report_id(year) if body else report_id(jurisdiction, title.agency, year),
        jurisdiction=jurisdiction,
        agency=title.agency,
        year=year,
        title=entry.title,
        listed_on=entry.published_on,
    )


def _seen(announced: Iterable[ListedReport]) -> Iterator[SeenName]:
    """Yield the bodies that titles name, as they print them."""
    for report in announced:
        if report.body and report.title.agency:
            yield SeenName(report.body, report.title.agency, report.title.year)
