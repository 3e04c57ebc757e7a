"""What a run did: its counts, its failures with their reasons, and the portals that need a person."""

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
    "lesser_edition",
    "broke_off",
    "damaged",
]


@dataclass
class Counts:
    """Numbers of reports. `found`: in lists or folders; `captures`: new bytes in the archive."""

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
        """Add the counts of another part of the run."""
        for name in (item.name for item in fields(self)):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be done: where, and why, in one line."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a portal needs a person: it refuses, is gone, or yields less than it should.

    `portal` is empty if the alarm is about a store of ours in which something is `damaged`.
    """

    portal: str
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A report that was published; `changed` if an edition of it had been published before."""

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
        """Record a failure."""
        self.failures.append(Failure(where, reason))
        self.counts.failed += 1

    def alarm(self, portal: str, kind: Kind, reason: str) -> None:
        """Record a failure of a whole portal as an alarm."""
        self.fail(portal, reason)
        self.alarms.append(Alarm(portal, kind, reason))

    def publish(self, publication: Publication) -> None:
        """Record that a report was published."""
        self.publications.append(publication)
        self.counts.published += 1
        self.counts.changed += publication.changed

    def add(self, other: RunResult) -> None:
        """Add the result of another part of the run; equal failures and alarms are kept once."""
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


_MOST_SHOWN = 20


class RunFailed(RuntimeError):
    """Some of the run could not be done. The message names the first failures: there may be thousands."""

    def __init__(self, result: RunResult) -> None:
        shown = [f"{failure.where}: {failure.reason}" for failure in result.failures[:_MOST_SHOWN]]
        left = len(result.failures) - len(shown)
        super().__init__("; ".join([*shown, f"and {left} more"] if left else shown))
        self.result = result


def gather(results: Iterable[RunResult]) -> RunResult:
    """Return the sum of several results."""
    whole = RunResult()
    for result in results:
        whole.add(result)
    return whole
