"""What reading documents again came to, in numbers, for one batch or for many.

Owns how it is summed, and its form in the notes of a run. Must not hold what changed: the notes do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flows.runs.result import Failure, Publication


@dataclass(frozen=True, slots=True)
class ReprocessCounts:
    """What reading some documents again came to; `evidence` counts figures whose evidence alone is another.

    `unread`: documents that could be read neither before nor now. `failures`: what could be before, and bytes that are
    lost.
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
        return ReprocessCounts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def numbers(self) -> dict[str, int]:
        """All counts by name."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "failures"}
        return {**told, "failed": len(self.failures)}

    def to_json(self) -> dict[str, Any]:
        """The same in JSON's types, as the run's notes keep it."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**own, "failures": [[failure.where, failure.reason] for failure in self.failures]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> ReprocessCounts:
        """What `to_json` gave."""
        return cls(**{**told, "failures": tuple(Failure(where, why) for where, why in told["failures"])})


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch came to, and the addresses of all that was read for it, parts of pages among them.

    `publications`: the reports that were published otherwise than they stood, as far as this start of the run did it.
    """

    tally: ReprocessCounts
    read: tuple[str, ...] = ()
    publications: tuple[Publication, ...] = ()

    @classmethod
    def from_json(cls, noted: Mapping[str, Any]) -> BatchResult:
        """What the run's notes keep of it."""
        return cls(ReprocessCounts.from_json(noted["tally"]), tuple(noted["read"]))
