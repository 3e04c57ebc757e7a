"""What a run did: its counts, what went wrong with a reason each, and which portals need a person.

Owns the words of the run's summary. Must not print.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Literal

Kind = Literal[
    "blocked",
    "unreachable",
    "failed",
    "nothing_listed",
    "fewer_than_expected",
    "fewer_than_before",
    "reports_failed",
    "held_back",
    "broke_off",
    "damaged",
]


@dataclass
class Counts:
    """How many. `found`: annual reports in lists or folders; `captures`: new bytes in the archive."""

    found: int = 0
    ignored: int = 0
    not_due: int = 0
    fetched: int = 0
    not_modified: int = 0
    captures: int = 0
    read: int = 0
    published: int = 0
    changed: int = 0
    superseded: int = 0
    flagged: int = 0
    failed: int = 0

    def add(self, other: Counts) -> None:
        """Adds the counts of another part of the run."""
        for name in (item.name for item in fields(self)):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be done: where, and why in one line."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a portal needs a person: it refuses, is gone, or yields less than it should.

    `portal` is empty where a store of ours does, for what is `damaged` in it.
    """

    portal: str
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A report that was published; `changed` where an edition of it had been before."""

    report_id: str
    jurisdiction: str
    agency: str
    year: int
    url: str
    changed: bool


@dataclass
class RunResult:
    """The result of a run or of one portal in it."""

    counts: Counts = field(default_factory=Counts)
    failures: list[Failure] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    partitions: set[str] = field(default_factory=set)
    """Partitions written, as jurisdiction/year."""

    def fail(self, where: str, reason: str) -> None:
        """Notes a failure."""
        self.failures.append(Failure(where, reason))
        self.counts.failed += 1

    def alarm(self, portal: str, kind: Kind, reason: str) -> None:
        """Notes a failure of a whole portal."""
        self.fail(portal, reason)
        self.alarms.append(Alarm(portal, kind, reason))

    def publish(self, publication: Publication) -> None:
        """Notes that a report was published."""
        self.publications.append(publication)
        self.counts.published += 1
        self.counts.changed += publication.changed

    def add(self, other: RunResult) -> None:
        """Adds the result of another part of the run; what both tell of is told once."""
        self.counts.add(other.counts)
        self.failures = list(dict.fromkeys([*self.failures, *other.failures]))
        self.counts.failed = len(self.failures)
        self.alarms = list(dict.fromkeys([*self.alarms, *other.alarms]))
        self.publications += other.publications
        self.partitions |= other.partitions

    @property
    def numbers(self) -> dict[str, int]:
        """All counts by name, as the ledger keeps them and the summary prints them."""
        return {**asdict(self.counts), "partitions": len(self.partitions)}


_MOST_TOLD = 20


class RunFailed(RuntimeError):
    """Something of the run could not be done; `outcome` holds what was, and each failure with its reason.

    The message names the first failures: there may be thousands.
    """

    def __init__(self, outcome: RunResult) -> None:
        told = [f"{failure.where}: {failure.reason}" for failure in outcome.failures[:_MOST_TOLD]]
        left = len(outcome.failures) - len(told)
        super().__init__("; ".join([*told, f"and {left} more"] if left else told))
        self.outcome = outcome


def gather(outcomes: Iterable[RunResult]) -> RunResult:
    """The sum of several results."""
    whole = RunResult()
    for outcome in outcomes:
        whole.add(outcome)
    return whole
