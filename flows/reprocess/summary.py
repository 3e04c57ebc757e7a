"""The result of reading documents again, in numbers, for one batch or for many.

Owns how it is summed, and its form in the run's records. What changed is only in those records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flows.runs.result import Failure, Publication


@dataclass(frozen=True, slots=True)
class ReprocessCounts:
    """The result of reading some documents again; `evidence` counts figures of which only the evidence differs.

    `unread`: documents that could be read neither before nor now. `failures`: those that could be read before, and
    bytes that are lost.
    """

    documents: int = 0
    reports: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    figures: int = 0
    findings: int = 0
    evidence: int = 0
    unread: int = 0
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: ReprocessCounts) -> ReprocessCounts:
        return ReprocessCounts(*(getattr(self, count.name) + getattr(other, count.name) for count in fields(self)))

    @property
    def numbers(self) -> dict[str, int]:
        """All counts by name."""
        counts = {count.name: getattr(self, count.name) for count in fields(self) if count.name != "failures"}
        return {**counts, "failed": len(self.failures)}

    def to_json(self) -> dict[str, Any]:
        """Return the same in JSON's types, as the ledger keeps it."""
        own = {count.name: getattr(self, count.name) for count in fields(self)}
        return {**own, "failures": [[failure.where, failure.reason] for failure in self.failures]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ReprocessCounts:
        """Return what `to_json` was called on."""
        return cls(**{**kept, "failures": tuple(Failure(where, why) for where, why in kept["failures"])})


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a batch, and the addresses of everything that was read for it, parts of pages among them.

    `publications`: the reports whose published rows changed, as far as this start of the run published them.
    """

    counts: ReprocessCounts
    read: tuple[str, ...] = ()
    publications: tuple[Publication, ...] = ()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BatchResult:
        """Return the result as far as the ledger keeps it."""
        return cls(ReprocessCounts.from_json(kept["tally"]), tuple(kept["read"]))
