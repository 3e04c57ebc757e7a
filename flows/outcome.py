"""What a run did: its counts, and what went wrong with a reason each.

Owns the words of the run's summary. Must not print.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields


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


@dataclass
class Outcome:
    """The result of a run or of one portal in it."""

    counts: Counts = field(default_factory=Counts)
    failures: list[Failure] = field(default_factory=list)
    partitions: set[str] = field(default_factory=set)
    """Partitions written, as jurisdiction/year."""

    def fail(self, where: str, reason: str) -> None:
        """Notes a failure."""
        self.failures.append(Failure(where, reason))
        self.counts.failed += 1

    def add(self, other: Outcome) -> None:
        """Adds the result of another part of the run."""
        self.counts.add(other.counts)
        self.failures += other.failures
        self.partitions |= other.partitions

    @property
    def numbers(self) -> dict[str, int]:
        """All counts by name, as the ledger keeps them and the summary prints them."""
        return {**asdict(self.counts), "partitions": len(self.partitions)}


def gather(outcomes: Iterable[Outcome]) -> Outcome:
    """The sum of several results."""
    whole = Outcome()
    for outcome in outcomes:
        whole.add(outcome)
    return whole
