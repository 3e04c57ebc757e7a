"""What people say of findings and documents: that it is printed so, and that a document is no report.

Owns when such a decision applies: to the very bytes that the person saw, and to the very finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from nianbao import Declaration
from transforms.checks.corrections import said
from transforms.jurisdictions.identifiers import report_id

DISMISSED = "a person says that it is no report"
"""How the reason begins for which a document is no report because somebody said so."""


class _Decision(Declaration):
    """Who decided, when, why, and the SHA-256 of the bytes that were seen."""

    reason: str
    by: str
    date: date
    capture: str

    @property
    def why(self) -> str:
        """The reason, by whom and when."""
        return said(self.reason, self.by, self.date)


class PrintedSo(_Decision):
    """A finding is settled: the document prints it so."""

    decision: Literal["printed_so"]
    jurisdiction: str
    body: str
    """The agency's name without its division's, as in 人民政府."""
    year: int
    check: str
    table: str | None = None
    cells: tuple[str, ...] = ()
    message: str

    @property
    def report_id(self) -> str:
        """The report that fails the check."""
        return report_id(self.jurisdiction, self.body, self.year)

    @property
    def key(self) -> tuple[object, ...]:
        """What two decisions may not share."""
        return self.report_id, self.check, self.table, self.cells, self.message, self.capture

    def settles(self, row: Mapping[str, object], capture: str) -> bool:
        """Return whether this is said of a finding in a report that comes from these bytes."""
        named = (row["report_id"], row["check"], row["table"], row["message"], capture)
        own = (self.report_id, self.check, self.table, self.message, self.capture)
        return named == own and list(self.cells) == row["cells"]


class NoReport(_Decision):
    """The document at an address is no annual report; `portal` is where it was found."""

    decision: Literal["no_report"]
    portal: str
    url: str

    @property
    def key(self) -> tuple[object, ...]:
        """What two decisions may not share."""
        return self.url, self.capture

    @property
    def verdict(self) -> str:
        """The reason of the verdict on the document."""
        return f"{DISMISSED}: {self.why}"


Review = Annotated[PrintedSo | NoReport, Field(discriminator="decision")]


def with_settled(
    findings: Iterable[Mapping[str, object]], capture: str, decided: Sequence[PrintedSo]
) -> list[dict[str, object]]:
    """Return the rows of a report's findings, those settled that people say are printed so, and no others."""
    return [
        {**row, "settled": next((one.why for one in decided if one.settles(row, capture)), None)} for row in findings
    ]
