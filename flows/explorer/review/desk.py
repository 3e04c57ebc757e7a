"""One finding on the desk: the figures of its report, what was decided of it before, and the body's name in files.

Owns which figures a person may correct, and how a decision is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.explorer.review.decided import is_of
from flows.ledger.ledger import Ledger
from nianbao import NianbaoError
from transforms.checks.corrections import Correction
from transforms.decisions import Decisions
from transforms.forms.layout import Key, code_columns
from transforms.rows import figure_name
from warehouse.paths import Partition
from warehouse.publish.read import read_reports
from warehouse.storage.store import Store

Finding = Mapping[str, Any]


class NoSuchBody(NianbaoError):
    """The body of a report is not known to the ledger of this data root."""


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """A figure of the report: its table, its name there (its codes joined by /), its codes, and what was read."""

    table: str
    name: str
    cell: Key
    raw: str
    value: object
    implied: object
    state: str

    @property
    def address(self) -> str:
        """Table and name, as an address and a form name the figure."""
        return f"{self.table}/{self.name}"


@dataclass(frozen=True, slots=True)
class Said:
    """A decision that stands in a file: which kind, what it says, why, by whom and when; stale if of other bytes."""

    kind: str
    what: str
    reason: str
    by: str | None
    day: date
    stale: bool


def figures_of(store: Store, finding: Finding) -> list[DeskFigure]:
    """Return all figures of a finding's report that can be corrected, table by table."""
    partition = Partition(finding["jurisdiction"], finding["year"])
    rows = read_reports(store, partition, {finding["report_id"]})
    return [
        DeskFigure(
            table=table,
            name=figure_name(table, row),
            cell=tuple(str(row[column]) for column in columns),
            raw=str(row["raw"] or ""),
            value=row["value"],
            implied=row["implied"],
            state=str(row["state"]),
        )
        for table, columns in code_columns().items()
        for row in rows[table]
    ]


def concerned(finding: Finding, figures: list[DeskFigure]) -> list[DeskFigure]:
    """Return the figures that a finding names, in its order."""
    by_name = {figure.name: figure for figure in figures if figure.table == finding["table"]}
    return [by_name[name] for name in finding["cells"] if name in by_name]


def body_of(ledger: Ledger, finding: Finding) -> str:
    """Return the name by which files of decisions call the body of a report. Raise NoSuchBody."""
    known = ledger.agencies.known([finding["agency_id"]])
    if not known:
        raise NoSuchBody(f"{finding['agency']} is not in the ledger of this data root: read its report into it first")
    return known[0].agency.body


def said_of(finding: Finding, decisions: Decisions) -> Iterator[Said]:
    """Yield what was decided of a finding, of its cells, and of its document."""
    capture = finding["capture_sha256"]
    for one in decisions.printed_so_of(finding["report_id"]):
        if (one.check, one.table, list(one.cells)) == (finding["check"], finding["table"], finding["cells"]):
            yield Said("printed_so", one.message, one.reason, one.by, one.date, one.capture != capture)
    for correction in decisions.corrections:
        if correction.report_id == finding["report_id"] and is_of(correction, finding):
            stale = correction.capture not in (None, capture)
            what = _what(correction)
            yield Said("correction", what, correction.reason, correction.by, correction.date, stale)
    for document in decisions.no_report:
        if document.url == finding["url"]:
            stale = document.capture != capture
            yield Said("no_report", document.url, document.reason, document.by, document.date, stale)


def _what(correction: Correction) -> str:
    right = correction.value if correction.prints is None else correction.prints
    return f"{correction.table}/{'/'.join(correction.cell)}: {correction.expected} → {right}"
