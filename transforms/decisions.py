"""What people decided about names, figures, findings and documents, as a document is read with it.

Owns what they have in common: that each makes another version of the parser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from transforms.checks.corrections import Correction
from transforms.checks.reviews import NoReport, PrintedSo
from transforms.jurisdictions.agencies import Settled
from transforms.parser_version import version_with


@dataclass(frozen=True)
class Decisions:
    """Decisions that may concern a document: of names (`settled`), of figures, of findings, of documents.

    `portal` is that of the document, if it has one: what is said of other portals' documents makes no other version.
    """

    settled: tuple[Settled, ...] = ()
    corrections: tuple[Correction, ...] = ()
    printed_so: tuple[PrintedSo, ...] = ()
    no_report: tuple[NoReport, ...] = ()
    portal: str | None = None

    @cached_property
    def version(self) -> str:
        """The version of the parser with these decisions, by which it is known whether to read a document again."""
        dismissed = (one for one in self.no_report if self.portal in (None, one.portal))
        others = (*self.corrections, *self.printed_so, *dismissed)
        return version_with([*self.settled, *((type(one).__name__, one.model_dump_json()) for one in others)])

    @cached_property
    def _by_report(self) -> Mapping[str, Sequence[PrintedSo]]:
        by_report: defaultdict[str, list[PrintedSo]] = defaultdict(list)
        for one in self.printed_so:
            by_report[one.report_id].append(one)
        return by_report

    def printed_so_of(self, report_id: str) -> Sequence[PrintedSo]:
        """Return what people say of the findings of a report."""
        return self._by_report.get(report_id, ())

    def why_no_report(self, url: str, capture: str) -> str | None:
        """Return why the document at `url` with these bytes is no report by what people say; None if they do not."""
        return next((one.verdict for one in self.no_report if one.key == (url, capture)), None)


UNDECIDED = Decisions()
