"""The records of the ledger: what is known of an address, a list, an entry, a report, a run.

Owns their fields and the words of states. Must not query a database: `ledger` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from extractors.web.response import FetchOutcome

VerdictState = Literal["published", "partial", "quarantined", "failed", "superseded", "no_report"]
STANDING = frozenset[VerdictState](("published", "partial"))
"""States of the edition that holds a report's place."""
TOLD = STANDING | {"superseded"}
"""States of every edition of a report."""


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of one URL. `sha256`, the validators and the content type are those of the last body that came.

    `outcome`, `status` and `last_checked` are those of the last attempt, `last_changed` is when the body last
    differed from the one before (or first came); None where none ever came.
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


@dataclass(frozen=True, slots=True)
class FetchChange:
    """What `record` learned: the address as it now stands, whether its first body came, whether a different one."""

    address: Address
    new: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What came of reading a portal's lists the last time; `list_pages` are the pages where they begin.

    `outcome` is ok where every page that was asked for could be had, else that of the first which could not. `began`
    and `finished` are the crawl's of which this was the first step: one that is not finished goes on, or was cut off.
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
    """An annual report as a portal's list names it, and what came of its page or of the parts that it needs.

    `report_id` is that of the report which the title promises; the document itself may turn out to tell another.
    `reason` tells what it waits for; None where it was had and read.
    """

    url: str
    portal: str
    report_id: str
    jurisdiction: str
    agency: str
    year: int
    title: str
    listed_on: date | None
    outcome: FetchOutcome
    reason: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one report in the document at `url`; `report_id` is the URL where none could be made out.

    `superseded`: a later edition at another URL holds the place of this report. `no_report`: the document is none, but
    carries or accompanies one. `published_on` and `corrected` order the editions of a report. Where none could be made
    out, jurisdiction, agency and year are those that its entry names. `told` is how many reports its document tells.
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
    told: int = 1

    @property
    def is_unread(self) -> bool:
        """Whether it says that nothing could be read."""
        return self.state == "quarantined" and self.report_id == self.url

    def outdates(self, other: Verdict) -> bool:
        """Whether another verdict on the same document falls with this one.

        Verdicts on other bytes or by another parser do, and those that no report could be made out. But what is
        published from the document stands until another edition of it is, where nothing could be read, or where the
        document is a report no more: what it gave its place to may be unreadable, or wait for others.
        """
        if (self.is_unread or self.state == "no_report") and other.state in STANDING:
            return False
        other_reading = (other.sha256, other.parser_version) != (self.sha256, self.parser_version)
        return other_reading or other.report_id == other.url


def superseded_by(url: str) -> str:
    """The reason of an edition whose report's place the document at `url` holds."""
    return f"superseded by {url}"


class ReportState(NamedTuple):
    """What became of one report, in short, of which there are millions: the verdict on it, or None where it was not
    had and read, and then what its page answered.
    """

    portal: str
    jurisdiction: str
    agency: str
    year: int
    state: VerdictState | None
    outcome: FetchOutcome | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a flow. `counts` and `alarms` are None where it did not come to its end; `finished` as well while it
    goes on, or where it was killed: a run that goes on was seen at `last_seen`, less than `pulse.SILENCE` ago.

    An alarm has the texts portal, kind and reason.
    """

    run_id: str
    flow: str
    started: datetime
    last_seen: datetime
    finished: datetime | None
    counts: dict[str, int] | None
    alarms: list[dict[str, str]] | None
