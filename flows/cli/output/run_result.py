"""The result of a run → a terminal or another program, and its failures → standard error and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import typer
from rich.console import Console

from flows.cli.output.results import print_json, print_rows, standard_output
from flows.runs.result import Failure, RunResult

_COUNTS = {
    "not_due": "not due",
    "not_modified": "not modified",
    "captures": "new captures",
    "partitions": "partitions written",
}


def print_result(result: RunResult, *, as_json: bool = False) -> None:
    """Print the counts of a run in one line and its alarms, then its failures on standard error; or all as JSON."""
    if as_json:
        print_json(result_object(result))
        return
    console = standard_output()
    counts = " · ".join(f"{_COUNTS.get(name, name)} {number}" for name, number in result.numbers.items())
    console.print(counts, highlight=False, soft_wrap=True)
    if result.alarms:
        console.print()
        rows = [(alarm.portal, alarm.kind, alarm.reason) for alarm in result.alarms]
        print_rows(("portal", "alarm", "why"), rows, console)
    print_failures(result.failures)


def result_object(result: RunResult) -> dict[str, object]:
    """Return the counts, failures and alarms of a run, as they are printed as JSON."""
    return {
        "counts": result.numbers,
        "failures": [asdict(failure) for failure in result.failures],
        "alarms": [asdict(alarm) for alarm in result.alarms],
    }


def print_failures(failures: Iterable[Failure]) -> None:
    """Print each failure with its reason, a line each, on standard error."""
    for failure in failures:
        _print_error(f"failed: {failure.where}: {failure.reason}")


def print_errors(reasons: Iterable[str]) -> None:
    """Print each reason in a line of its own on standard error."""
    for reason in reasons:
        _print_error(f"nianbao: {' '.join(reason.split())}")


def _print_error(line: str) -> None:
    Console(stderr=True).print(line, style="red", highlight=False, markup=False, soft_wrap=True)


def exit_if_failed(failures: Sequence[object]) -> None:
    """End the command with exit code 1 if there are any failures."""
    if failures:
        raise typer.Exit(1)
