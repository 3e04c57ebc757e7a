"""What reading the archive again changed → a table for people, CSV or JSON for programs, report by report.

Owns how a change is said. Must not compare: `figure_changes` does; holds one report at a time.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator

from rich.console import Console

from flows.cli.output.results import print_rows
from flows.reprocess.diff import FigureChange, Plain, ReportChange, Values
from flows.reprocess.run import ReprocessResult
from flows.runs.json_values import plain
from flows.runs.result import Failure

_OF_REPORT = ("jurisdiction", "year", "agency", "report_id", "url", "kind")
_COLUMNS = (*_OF_REPORT, "change", "table", "key", "before", "after", "raw_before", "raw_after")
_SAID_FIRST = ("value", "unit", "raw", "state")
"""Columns of a figure that are shown whether or not they changed."""


def print_changes(changes: Iterable[ReportChange], console: Console) -> None:
    """Prints each report that is read otherwise, with every figure, finding and fact that differs."""
    for change in changes:
        place = f"{change.jurisdiction} {change.year} {change.agency} ({change.kind})"
        console.print(f"[bold]{place}[/] {change.url}", highlight=False, soft_wrap=True)
        print_rows(("table", "key", "before", "after"), list(_lines(change)), console)
        if change.evidence:
            console.print(f"{change.evidence} more figures have other evidence alone", highlight=False)
        console.print()


def write_changes_csv(changes: Iterable[ReportChange]) -> None:
    """Writes one line for each figure, finding and fact that differs; figures by their values as numbers."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for change in changes:
        of_report = [getattr(change, name) for name in _OF_REPORT]
        writer.writerows([*of_report, *("" if cell is None else cell for cell in line)] for line in _records(change))


def write_changes_json(reread: ReprocessResult, changes: Iterable[ReportChange] | None) -> None:
    """Writes one object: the counts of the run, its failures, and `changes` where there are any to be told."""
    told = {
        "run_id": reread.run_id,
        "published": reread.published,
        "resumed": reread.resumed,
        **reread.tally.numbers,
        "failures": [{"where": failure.where, "reason": failure.reason} for failure in reread.tally.failures],
    }
    sys.stdout.write(json.dumps(plain(told), ensure_ascii=False)[:-1])
    if changes is not None:
        sys.stdout.write(', "changes": [')
        for number, change in enumerate(changes):
            sys.stdout.write(",\n" if number else "\n")
            sys.stdout.write(json.dumps(change.model_dump(mode="json"), ensure_ascii=False))
        sys.stdout.write("]")
    sys.stdout.write("}\n")


def print_tally(reread: ReprocessResult, console: Console) -> None:
    """Prints the counts in one line, and what is still to be done about them."""
    numbers = reread.tally.numbers
    console.print(" · ".join(f"{name} {number}" for name, number in numbers.items()), highlight=False, soft_wrap=True)
    if not reread.published and (numbers["changed"] or numbers["added"] or numbers["removed"]):
        console.print("nothing was published: the same with --publish puts it in place", highlight=False)


def print_failures(failures: Iterable[Failure]) -> None:
    """Prints each failure with its reason, a line each, on standard error."""
    errors = Console(stderr=True)
    for failure in failures:
        line = f"failed: {failure.where}: {failure.reason}"
        errors.print(line, style="red", highlight=False, markup=False, soft_wrap=True)


def _lines(change: ReportChange) -> Iterator[tuple[str, str, str, str]]:
    for figure in change.figures:
        yield figure.table, figure.key, _said(figure, figure.before), _said(figure, figure.after)
    for finding in change.findings:
        sides = ("", finding.message) if finding.kind == "added" else (finding.message, "")
        yield "findings", finding.check, *sides
    for fact in change.facts:
        yield "reports", fact.column, _text(fact.before), _text(fact.after)


def _said(figure: FigureChange, values: Values | None) -> str:
    """A figure as a reader needs it: number, unit and printed text, or its state, and whatever else differs."""
    if values is None:
        return ""
    value, raw = values.get("value"), values.get("raw")
    said = _text(values.get("state")) if value is None else f"{_text(value)} {_text(values.get('unit'))}".strip()
    if raw is not None and _text(raw) != _text(value):
        said += f" “{raw}”"
    if figure.before is None or figure.after is None:
        return said
    others = [name for name in values if name not in _SAID_FIRST and figure.before.get(name) != figure.after.get(name)]
    return " ".join([said, *(f"{name}={_text(values[name])}" for name in others)])


def _text(value: Plain) -> str:
    return "" if value is None else str(value)


def _records(change: ReportChange) -> Iterator[tuple[Plain, ...]]:
    """Change, table, key, before, after, and the printed texts before and after."""
    for figure in change.figures:
        before, after = figure.before or {}, figure.after or {}
        values = (before.get("value"), after.get("value"), before.get("raw"), after.get("raw"))
        yield figure.kind, figure.table, figure.key, *values
    for finding in change.findings:
        sides = (None, finding.message) if finding.kind == "added" else (finding.message, None)
        yield finding.kind, "findings", finding.check, *sides, None, None
    for fact in change.facts:
        yield "changed", "reports", fact.column, fact.before, fact.after, None, None
