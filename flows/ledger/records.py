"""The records of the ledger: what is known of an address, a list, an entry, a report, a run.

Owns their fields, the words of states, and how one record follows from another. Pure: queries are elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from extractors.archive.archive import JournalEntry
from extractors.web.response import FetchOutcome, Validators
from transforms.checks.reviews import DISMISSED

Stage = Literal["pending", "reading", "deferred", "done"]
"""How far a list's entry is: not asked for since it was listed; from the beginning of its reading to the publication of
everything in it; waiting for its page or a part of it, which could not be fetched; published, or kept with a reason."""
VerdictState = Literal["published", "partial", "quarantined", "failed", "superseded", "no_report"]
STANDING = frozenset[VerdictState](("published", "partial"))
"""States of the current edition of a report."""
WHOLE = frozenset({"complete", "narrative_only"})
"""Statuses of reports of which nothing is lacking: before 2014 no national form had a table."""
_STATUSES = ("narrative_only", "tables_missing", "partial", "complete")
EDITION_STATES = STANDING | {"superseded"}
"""States of every edition of a report."""


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of one URL. `sha256`, the validators and the content type are those of the last body received.

    `outcome`, `status` and `last_checked` are those of the last attempt. `last_changed` is when the body last differed
    from the one before, or was first received; None if none ever was.
    """

    url: str
    portal: str
    outcome: FetchOutcome
    status: int | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    first_seen: datetime
    last_checked: datetime
    last_changed: datetime | None
    content_type: str | None = None

    @property
    def validators(self) -> Validators | None:
        """The validators of the last body; None if there is none, or it came without."""
        if self.sha256 is None or not (self.etag or self.last_modified):
            return None
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class Assigned:
    """What people say of the reports in a document that does not say it itself; None where they say nothing."""

    jurisdiction: str | None = None
    agency: str | None = None
    year: int | None = None

    def with_more(self, later: Assigned) -> Assigned:
        """Return what is said by both, the later taking precedence.

        >>> Assigned("CN-990101", year=2020).with_more(Assigned(agency="甲子县水务局", year=2021))
        Assigned(jurisdiction='CN-990101', agency='甲子县水务局', year=2021)
        """
        return Assigned(later.jurisdiction or self.jurisdiction, later.agency or self.agency, later.year or self.year)


UNASSIGNED = Assigned()


def after_fetch(before: Address | None, fetch: JournalEntry) -> Address:
    """Return what is known of an address after a fetch.

    A failure leaves the last body's hash, validators and dates as they were. A fetch that was made before what is known
    already, by a process that wrote later, counts as if it had been written first.
    """
    at = fetch.fetched_at
    if before is None:
        before = Address(fetch.url, fetch.portal, fetch.outcome, fetch.status, None, None, None, at, at, None)
    if at < before.last_checked:
        return _after_earlier_fetch(before, fetch)
    now = replace(before, portal=fetch.portal, outcome=fetch.outcome, status=fetch.status, last_checked=at)
    if fetch.outcome == "not_modified":
        etag, last_modified = fetch.headers.get("etag"), fetch.headers.get("last-modified")
        return replace(now, etag=etag or before.etag, last_modified=last_modified or before.last_modified)
    return _with_body(now, fetch) if fetch.body_sha256 else now


def _after_earlier_fetch(known: Address, fetch: JournalEntry) -> Address:
    """Return what is known with a fetch that came before it: its body counts unless another one came since."""
    at = fetch.fetched_at
    now = replace(known, first_seen=min(known.first_seen, at))
    if fetch.body_sha256 is None:
        return now
    came_since = known.outcome in ("ok", "not_modified") or (known.last_changed or at) > at
    if not came_since:
        return _with_body(now, fetch)
    is_same = fetch.body_sha256 == known.sha256
    return replace(now, last_changed=min(known.last_changed or at, at)) if is_same else now


def _with_body(known: Address, fetch: JournalEntry) -> Address:
    """Return what is known of an address with the body of a fetch, and what its answer said of it."""
    return replace(
        known,
        etag=fetch.headers.get("etag"),
        last_modified=fetch.headers.get("last-modified"),
        sha256=fetch.body_sha256,
        last_changed=known.last_changed if fetch.body_sha256 == known.sha256 else fetch.fetched_at,
        content_type=fetch.headers.get("content-type"),
    )


@dataclass(frozen=True, slots=True)
class PartsOfPage:
    """The URLs of the files and pictures that a page named, as a version of the parser found them in these bytes."""

    url: str
    sha256: str
    parser_version: str
    files: Sequence[str]
    pictures: Sequence[str]


@dataclass(frozen=True, slots=True)
class Listing:
    """What came of reading a portal's lists the last time; `list_pages` are the pages where they begin.

    `outcome` is ok if every page was fetched, otherwise that of the first which was not. `began` and `finished` are
    those of the crawl that this was the first step of: unless finished, it is running or was interrupted.
    """

    portal: str
    list_pages: tuple[str, ...]
    complete: bool
    outcome: FetchOutcome
    reason: str | None
    began: datetime
    finished: bool


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An annual report as a portal's list names it, and how far it has been read.

    `report_id` is by the title; the document may turn out to contain another report. `outcome` and `reason` state why a
    deferred entry could not be fetched. `gone_since`: when the portal's lists, read to their end, no longer named it.
    """

    url: str
    portal: str
    report_id: str
    jurisdiction: str
    agency: str
    year: int
    title: str
    listed_on: date | None
    stage: Stage = "pending"
    outcome: FetchOutcome = "ok"
    reason: str | None = None
    gone_since: datetime | None = None

    def after(self, before: ListEntry | None) -> ListEntry:
        """Return the entry with the stage that it had `before`, if its line in the list is the same."""
        if before is None or (self.title, self.listed_on) != (before.title, before.listed_on):
            return self
        return replace(self, stage=before.stage, outcome=before.outcome, reason=before.reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one report in the document at `url`.

    If no report could be made out, `report_id` is the URL, and jurisdiction, agency and year are those of its entry.
    `superseded`: a later edition at another URL took the place of this one. `no_report`: the document is not a report,
    but carries or accompanies one. `published_on` and `corrected` order the editions of a report.
    `reports_in_document` is how many reports the document contains, `status` how completely this one was read.
    """

    report_id: str
    url: str
    portal: str
    jurisdiction: str
    agency: str
    year: int | None
    sha256: str
    parser_version: str
    state: VerdictState
    reason: str | None = None
    published_on: date | None = None
    corrected: bool = False
    reports_in_document: int = 1
    status: str | None = None

    @property
    def completeness(self) -> int:
        """How completely the report was read: the higher the better; 0 if that is not known."""
        return completeness(self.status)

    @property
    def is_unread(self) -> bool:
        """Whether no report could be made out."""
        return self.state == "quarantined" and self.report_id == self.url

    @property
    def is_dismissed(self) -> bool:
        """Whether a person said that the document is no report."""
        return self.state == "no_report" and (self.reason or "").startswith(DISMISSED)

    def outdates(self, other: Verdict) -> bool:
        """Return whether this verdict makes another one on the same document void.

        It does if the other is on different bytes, by another parser, or states that no report could be made out.
        There is an exception: what is published from a document stands if nothing can be read in it now, or it is no
        report any more. What it gave its place to may be unreadable, or wait for other reports.
        """
        if (self.is_unread or self.state == "no_report") and other.state in STANDING:
            return False
        other_reading = (other.sha256, other.parser_version) != (self.sha256, self.parser_version)
        return other_reading or other.report_id == other.url


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What is known of the document at one URL: its address, the verdicts on it, and the parts that it named."""

    address: Address | None
    verdicts: Sequence[Verdict]
    parts: PartsOfPage | None


def completeness(status: str | None) -> int:
    """Return how completely a report with this status was read: the higher the better; 0 if that is not known."""
    return 1 + _STATUSES.index(status) if status else 0


def superseded_by(url: str) -> str:
    """Return the reason of an edition that the document at `url` superseded."""
    return f"superseded by {url}"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a flow. `counts` and `alarms` are None unless it ran to its end.

    `finished` is None while it is running, or if it was killed. `last_seen` is its last heartbeat: a run that is alive
    had one less than `heartbeat.SILENCE` ago. An alarm has the texts portal, kind and reason.
    """

    run_id: str
    flow: str
    started: datetime
    last_seen: datetime
    finished: datetime | None
    counts: dict[str, int] | None
    alarms: list[dict[str, str]] | None
