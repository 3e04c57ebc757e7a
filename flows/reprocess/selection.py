"""Which documents of the archive are read again, and together with which others: batches of entries and files.

Owns the choice by portal, year and parser, and the order: all years of a body are in one batch, since its figures are
checked against last year's, and so are editions of one report.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import groupby

from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, ListEntry, Verdict
from flows.steps.page_reading import BATCH
from flows.steps.read_state import read_state
from transforms.jurisdictions.identifiers import agency_of_report


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be read again: all that the ledger knows as a report or as unread, or a part of it.

    `first` and `last` are years reported on; `older`: only what another parser than today's read; `documents`: only
    these addresses, with the other editions of their reports and the entries of lists that name these. Raise
    ValueError if the first year is after the last.
    """

    portals: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    older: bool = False
    documents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"the first year, {self.first}, is after the last, {self.last}")

    @property
    def key(self) -> dict[str, object]:
        """The same in JSON's types, by which a run that was killed is recognised."""
        return {**asdict(self), "portals": list(self.portals), "documents": list(self.documents)}

    def takes(self, years: Collection[int | None], verdicts: Collection[Verdict], version: str) -> bool:
        """Return whether a document for one of these years, with these verdicts on it, is read again by a version."""
        if self.older and all(verdict.parser_version == version for verdict in verdicts):
            return False
        return not (self.first or self.last) or any(self._within(year) for year in years if year)

    def _within(self, year: int) -> bool:
        return (self.first or year) <= year <= (self.last or year)


def with_other_editions(selection: Selection, ledger: Ledger) -> Selection:
    """Return a selection whose documents, if it names any, are joined by the other editions of their reports.

    What one of them contains no more, another may: each is known only when all are read.
    """
    reports = {verdict.report_id for url in selection.documents for verdict in ledger.verdicts_on(url)}
    others = {edition.url for report in reports for edition in ledger.editions(report)} - set(selection.documents)
    return replace(selection, documents=(*selection.documents, *sorted(others)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of one portal, by their addresses; `key` stands for them and the bytes that they had at first."""

    portal: str
    urls: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the ledger knows of one portal: its entries, its addresses, and the verdicts on each document.

    `version` is that of the parser that reads it, `taken` are the documents in batches of an earlier start of the run.
    """

    portal: str
    version: str
    entries: Mapping[str, ListEntry]
    addresses: Mapping[str, Address]
    verdicts: Mapping[str, Collection[Verdict]]
    taken: Collection[str] = ()

    def is_concluded(self, url: str) -> bool:
        """Return whether a document is in the archive and its bytes have been fully processed.

        What waits for a part of its page is published by the crawl.
        """
        entry, address = self.entries.get(url), self.addresses.get(url)
        if address is None:
            return False
        state = read_state(address.sha256, [*self.verdicts.get(url, ())], lambda: True)
        return state not in ("unseen", "unread") or (entry is not None and entry.stage == "done")

    def batch(self, urls: Iterable[str]) -> Batch:
        """Return documents of this portal as a batch."""
        own = tuple(urls)
        bytes_of = "\n".join(f"{url} {self.addresses[url].sha256}" for url in own)
        return Batch(self.portal, own, hashlib.sha256(bytes_of.encode()).hexdigest()[:16])

    def is_as_it_was(self, batch: Batch) -> bool:
        """Return whether all documents of a batch have the bytes by which it got its key."""
        return all(url in self.addresses for url in batch.urls) and self.batch(batch.urls) == batch


def holdings(ledger: Ledger, portal: str, version: str) -> Holdings:
    """Return what the ledger knows of a portal; of addresses only those of which the archive has a body."""
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in ledger.verdicts(portal):
        verdicts[verdict.url].append(verdict)
    entries = {entry.url: entry for entry in ledger.entries.of_portal(portal)}
    known = ledger.addresses(portal)
    # An address that two portals link to is recorded under the one that fetched it last.
    others = (ledger.address(url) for url in {*entries, *verdicts} - known.keys())
    archived = {address.url: address for address in (*known.values(), *others) if address and address.sha256}
    return Holdings(portal, version, entries, archived, verdicts)


def listed_batches(held: Holdings, selection: Selection) -> list[Batch]:
    """Return the entries of a portal's lists that are read again, in batches that keep a body's years together."""
    bodies = {
        (entry.jurisdiction, agency_of_report(entry.report_id), entry.year, url)
        for url, entry in held.entries.items()
        if held.is_concluded(url) and url not in held.taken and _is_named(url, entry.report_id, held, selection)
        if selection.takes([entry.year], held.verdicts.get(url, ()), held.version)
    }
    return _batches(held, bodies)


def other_batches(held: Holdings, selection: Selection, read: Collection[str]) -> list[Batch]:
    """Return the other documents that are read again, except those that were `read` as parts of a page.

    They are files from disk, and files that a page showed or linked to before and no longer does.
    """
    bodies = {
        (verdicts[0].jurisdiction, verdicts[0].agency, verdicts[0].year or 0, url)
        for url, verdicts in ((url, list(own)) for url, own in held.verdicts.items())
        if held.is_concluded(url) and url not in held.entries and url not in held.taken and url not in read
        if not selection.documents or url in selection.documents
        # The verdict on a page read with its parts is on the page.
        if any(verdict.state != "no_report" or verdict.is_dismissed for verdict in verdicts)
        if selection.takes([verdict.year for verdict in verdicts], verdicts, held.version)
    }
    return _batches(held, bodies)


def _is_named(url: str, report: str, held: Holdings, selection: Selection) -> bool:
    """Return whether an entry of a list is selected by its address, or by its report: a file is read with its page."""
    if not selection.documents or url in selection.documents:
        return True
    verdicts = (verdict for one in selection.documents for verdict in held.verdicts.get(one, ()))
    return any(verdict.report_id == report for verdict in verdicts)


def _batches(held: Holdings, bodies: Iterable[tuple[str, str, int, str]]) -> list[Batch]:
    """Return batches by jurisdiction and body of addresses that come with jurisdiction, body and year."""
    groups = [[url for *_, url in group] for _, group in groupby(sorted(bodies), key=lambda body: body[:2])]
    return [held.batch(urls) for urls in _filled(groups)]


def _filled(groups: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield batches of whole groups as far as they fit; a group that is too large is split."""
    waiting: list[str] = []
    for group in groups:
        if waiting and len(waiting) + len(group) > BATCH:
            yield waiting
            waiting = []
        waiting = [*waiting, *group]
        while len(waiting) > BATCH:
            yield waiting[:BATCH]
            waiting = waiting[BATCH:]
    if waiting:
        yield waiting
