"""The difference between two parses of reports: figure by figure, finding by finding, fact by fact.

Owns what counts as a change and what is only other evidence for the same. Pure: `flows.cli.output.diff` prints it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.runs.json_values import plain
from transforms.rows import naming_columns
from warehouse.paths import Partition
from warehouse.publish.read import Rows, rows_by_report
from warehouse.schema import Row

Kind = Literal["added", "changed", "removed"]
Plain = int | float | bool | str | list[str] | None
Values = dict[str, Plain]
_EVIDENCE = frozenset(
    {
        "page",
        "grid",
        "row",
        "column",
        "bbox",
        "method",
        "confidence",
        "position",
        "sentence",
        "start",
        "end",
        "report_id",
    }
)
"""Columns that state where a figure stands and how it was read, not what it is."""
_PROVENANCE = frozenset({"report_id", "first_seen", "last_checked", "last_changed", "parser_version", "method"})
"""Columns of a report that state when and how it was read."""
_SHOWN = 30
"""Characters on both sides of the place where two long texts begin to differ."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FigureChange(_Record):
    """A figure by its table and its codes joined by /, with its other values before and after, None if absent."""

    table: str
    key: str
    before: Values | None
    after: Values | None

    @property
    def kind(self) -> Kind:
        """Whether it was added, removed or changed."""
        if self.before is None:
            return "added"
        return "changed" if self.after is not None else "removed"


class FindingChange(_Record):
    """A failed check that was added or removed."""

    kind: Literal["added", "removed"]
    severity: str
    check: str
    table: str | None
    message: str


class FactChange(_Record):
    """A column of the report's own row, or a chapter by its heading, with its section and its text.

    Of long texts only the surroundings of their first difference are kept.
    """

    table: Literal["reports", "sections"] = "reports"
    column: str
    before: Plain
    after: Plain


class ReportChange(_Record):
    """One report that is read differently; `evidence` counts figures that differ only in place or method of reading."""

    report_id: str
    jurisdiction: str
    year: int
    agency: str
    url: str
    kind: Kind
    figures: tuple[FigureChange, ...] = ()
    findings: tuple[FindingChange, ...] = ()
    facts: tuple[FactChange, ...] = ()
    evidence: int = 0

    @property
    def changes_content(self) -> bool:
        """Whether more than evidence differs."""
        return bool(self.figures or self.findings or self.facts)


@dataclass(frozen=True, slots=True)
class _Difference:
    """What differs in one table, and how many of its figures differ only in evidence."""

    figures: list[FigureChange]
    evidence: int


def compare(partition: Partition, before: Rows, after: Rows) -> list[ReportChange]:
    """Return the reports of a partition that differ, by agency; both sides contain all rows of the same reports."""
    olds, news = (
        {identifier: own for identifier, own in rows_by_report(rows).items() if own["reports"]}
        for rows in (before, after)
    )
    changes = [
        _compare_report(partition, olds.get(identifier), news.get(identifier)) for identifier in {**olds, **news}
    ]
    return sorted(filter(None, changes), key=lambda change: (change.agency, change.report_id))


def _compare_report(partition: Partition, old: Rows | None, new: Rows | None) -> ReportChange | None:
    """Return what became of one report, which is there before or after; None if nothing changed."""
    report = (new or old or {})["reports"][0]
    differences = [_compare_figures(table, names, old, new) for table, names in naming_columns().items()]
    figures = tuple(change for difference in differences for change in difference.figures)
    findings = tuple(_compare_findings(_rows(old, "findings"), _rows(new, "findings")))
    facts = (*_compare_facts(old["reports"][0], new["reports"][0]), *_compare_chapters(old, new)) if old and new else ()
    evidence = sum(difference.evidence for difference in differences)
    if old and new and not (figures or findings or facts or evidence):
        return None
    return ReportChange(
        report_id=str(report["report_id"]),
        jurisdiction=partition.jurisdiction,
        year=partition.year,
        agency=str(report["agency"]),
        url=str(report["url"]),
        kind="changed" if old and new else "added" if new else "removed",
        figures=figures,
        findings=findings,
        facts=facts,
        evidence=evidence,
    )


def _compare_figures(table: str, names: Sequence[str], old: Rows | None, new: Rows | None) -> _Difference:
    """Compare the figures of a table: of one name, those of equal content are the same, others pair off in order."""
    olds, news = _by_name(names, _rows(old, table)), _by_name(names, _rows(new, table))
    figures, evidence = [], 0
    for key in {**olds, **news}:
        left, right = list(olds.get(key, ())), list(news.get(key, ()))
        for row in list(left):
            same = next((other for other in right if _content(other, names) == _content(row, names)), None)
            if same is not None:
                left.remove(row)
                right.remove(same)
                evidence += any(row[name] != same[name] for name in row)
        for at in range(max(len(left), len(right))):
            values = [_values(rows[at], names) if at < len(rows) else None for rows in (left, right)]
            figures.append(FigureChange(table=table, key="/".join(key), before=values[0], after=values[1]))
    return _Difference(figures, evidence)


def _compare_findings(old: Sequence[Row], new: Sequence[Row]) -> Iterator[FindingChange]:
    for kind, own, others in (("removed", old, new), ("added", new, old)):
        for row in own:
            if not any(_same_finding(row, other) for other in others):
                shown = {name: plain(row[name]) for name in ("severity", "check", "table", "message")}
                yield FindingChange.model_validate({"kind": kind, **shown})


def _same_finding(row: Row, other: Row) -> bool:
    return all(row[name] == other[name] for name in ("check", "severity", "table", "message", "cells"))


def _compare_facts(old: Row, new: Row) -> Iterator[FactChange]:
    for column in new:
        if column not in _PROVENANCE and old[column] != new[column]:
            before, after = _around_difference(plain(old[column]), plain(new[column]))
            yield FactChange.model_validate({"column": column, "before": before, "after": after})


def _compare_chapters(old: Rows, new: Rows) -> Iterator[FactChange]:
    olds, news = (_chapters(_rows(rows, "sections")) for rows in (old, new))
    for heading in {**olds, **news}:
        before, after = olds.get(heading), news.get(heading)
        if before != after:
            sides = _around_difference(before, after)
            shown = {"table": "sections", "column": heading, "before": sides[0], "after": sides[1]}
            yield FactChange.model_validate(shown)


def _chapters(rows: Sequence[Row]) -> dict[str, str]:
    """Return section and text of each chapter by its heading, which a number follows if it is printed again."""
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: str(row["position"]).zfill(4)):
        heading = str(row["heading"] or "")
        again = sum(name.partition(" #")[0] == heading for name in found)
        found[f"{heading} #{again + 1}" if again else heading] = f"{row['section'] or ''}: {row['text']}"
    return found


def _around_difference(before: object, after: object) -> tuple[object, object]:
    """Return what people need to see of two long texts around their first difference; other values as they are.

    >>> _around_difference("a" * 70 + "b", "a" * 70 + "c")
    ('…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac')
    """
    if not isinstance(before, str) or not isinstance(after, str) or max(len(before), len(after)) <= 2 * _SHOWN:
        return _cut(before), _cut(after)
    pairs = enumerate(zip(before, after, strict=False))
    at = next((number for number, (left, right) in pairs if left != right), min(len(before), len(after)))
    return _cut(before, max(at - _SHOWN, 0)), _cut(after, max(at - _SHOWN, 0))


def _cut(value: object, start: int = 0) -> object:
    if not isinstance(value, str):
        return value
    shown = value[start : start + 2 * _SHOWN]
    return f"{'…' if start else ''}{shown}{'…' if len(value) > start + len(shown) else ''}"


def _by_name(names: Sequence[str], rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(str(row[name] or "") for name in names)].append(row)
    return found


def _rows(rows: Mapping[str, Sequence[Row]] | None, table: str) -> Sequence[Row]:
    return rows.get(table, ()) if rows else ()


def _content(row: Row, names: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _EVIDENCE and name not in names}


def _values(row: Row, names: Sequence[str]) -> Values:
    return {name: plain(value) for name, value in _content(row, names).items()}  # type: ignore[misc]  # a Plain
