"""The changes found by a reprocess run → a table for people, CSV or JSON for programs.

Holds one report at a time: there may be millions. `flows.reprocess.diff` compares.
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

_OF_REPORT = ("jurisdiction", "year", "agency", "report_id", "url", "kind")
_COLUMNS = (*_OF_REPORT, "change", "table", "key", "before", "after", "raw_before", "raw_after")
_ALWAYS_SHOWN = ("value", "unit", "raw", "state")
"""Columns of a figure that are shown even if they did not change."""


def print_changes(changes: Iterable[ReportChange], console: Console) -> None:
    """Print each report that changed, with every figure, finding and fact that differs."""
    for change in changes:
        place = f"{change.jurisdiction} {change.year} {change.agency} ({change.kind})"
        console.print(f"[bold]{place}[/] {change.url}", highlight=False, soft_wrap=True)
        print_rows(("table", "key", "before", "after"), list(_lines(change)), console)
        if change.evidence:
            console.print(f"{change.evidence} more figures differ in their evidence only", highlight=False)
        console.print()


def write_changes_csv(changes: Iterable[ReportChange]) -> None:
    """Print one CSV line for each figure, finding and fact that differs; figures by their numeric values."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for change in changes:
        of_report = [getattr(change, name) for name in _OF_REPORT]
        writer.writerows([*of_report, *("" if cell is None else cell for cell in line)] for line in _records(change))


def write_changes_json(result: ReprocessResult, changes: Iterable[ReportChange] | None) -> None:
    """Print one object: the counts of the run, its failures, and its `changes` unless they are None."""
    summary = {
        "run_id": result.run_id,
        "published": result.published,
        "resumed": result.resumed,
        **result.counts.numbers,
        "failures": [{"where": failure.where, "reason": failure.reason} for failure in result.counts.failures],
    }
    sys.stdout.write(json.dumps(plain(summary), ensure_ascii=False)[:-1])
    if changes is not None:
        sys.stdout.write(', "changes": [')
        for number, change in enumerate(changes):
            sys.stdout.write(",\n" if number else "\n")
            sys.stdout.write(json.dumps(change.model_dump(mode="json"), ensure_ascii=False))
        sys.stdout.write("]")
    sys.stdout.write("}\n")


def print_counts(result: ReprocessResult, console: Console) -> None:
    """Print the counts in one line, and how to publish the changes."""
    numbers = result.counts.numbers
    console.print(" · ".join(f"{name} {number}" for name, number in numbers.items()), highlight=False, soft_wrap=True)
    if not result.published and (numbers["changed"] or numbers["added"] or numbers["removed"]):
        console.print(
            "nothing was published: repeat the command with --publish to publish the changes", highlight=False
        )


def _lines(change: ReportChange) -> Iterator[tuple[str, str, str, str]]:
    for figure in change.figures:
        yield figure.table, figure.key, _printed(figure, figure.before), _printed(figure, figure.after)
    for finding in change.findings:
        sides = ("", finding.message) if finding.kind == "added" else (finding.message, "")
        yield "findings", finding.check, *sides
    for fact in change.facts:
        yield fact.table, fact.column, _text(fact.before), _text(fact.after)


def _printed(figure: FigureChange, values: Values | None) -> str:
    """Return a figure as text: number, unit and printed text, or its state, and whatever else differs."""
    if values is None:
        return ""
    value, raw = values.get("value"), values.get("raw")
    text = _text(values.get("state")) if value is None else f"{_text(value)} {_text(values.get('unit'))}".strip()
    if raw is not None and _text(raw) != _text(value):
        text += f" “{raw}”"
    if figure.before is None or figure.after is None:
        return text
    others = [
        name for name in values if name not in _ALWAYS_SHOWN and figure.before.get(name) != figure.after.get(name)
    ]
    return " ".join([text, *(f"{name}={_text(values[name])}" for name in others)])


def _text(value: Plain) -> str:
    return "" if value is None else str(value)


def _records(change: ReportChange) -> Iterator[tuple[Plain, ...]]:
    """Yield change, table, key, before, after, and the printed texts before and after."""
    for figure in change.figures:
        before, after = figure.before or {}, figure.after or {}
        values = (before.get("value"), after.get("value"), before.get("raw"), after.get("raw"))
        yield figure.kind, figure.table, figure.key, *values
    for finding in change.findings:
        sides = (None, finding.message) if finding.kind == "added" else (finding.message, None)
        yield finding.kind, "findings", finding.check, *sides, None, None
    for fact in change.facts:
        yield "changed", fact.table, fact.column, fact.before, fact.after, None, None
