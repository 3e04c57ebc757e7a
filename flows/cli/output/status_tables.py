"""Tables of runs, alarms and coverage, for a terminal or a file.

Owns how a share looks and which letter stands for which state; `warehouse.query.coverage` counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.output.results import Format, print_as, print_rows
from flows.clock import format_duration
from flows.ledger.heartbeat import SILENCE
from flows.ledger.records import RunRecord
from warehouse.query.coverage import CoverageCell, Gap, Share

if TYPE_CHECKING:  # the states import what reads portals
    from flows.status.states import Covered

Standing = Literal["running", "killed", "crashed", "alarms", "ended"]
MARKS: dict[str, str] = {
    "not_published": "n",
    "listed": "l",
    "blocked": "b",
    "unreachable": "u",
    "failed": "f",
    "quarantined": "q",
}
"""The letter for a report that is not in the warehouse, or a list that was not read to its end, by its state."""
_ALL, _EVER = "~", 0
"""Keys for all provinces, after every code, and for all years."""
_CELL = len(" 2024")
_HEAT = ("#d73027", "#f46d43", "#fdae61", "#fee08b", "#d9ef8b", "#a6d96a", "#66bd63", "#1a9850")
"""From nothing to all: ColorBrewer's RdYlGn, on which black is readable."""


def standing(run: RunRecord, now: datetime) -> Standing:
    """Return whether a run is still running, ended with or without alarms, crashed or was killed."""
    if run.finished is None:
        return "running" if now - run.last_seen < SILENCE else "killed"
    if run.alarms is None:
        return "crashed"
    return "alarms" if run.alarms else "ended"


def took(run: RunRecord, now: datetime) -> timedelta:
    """Return how long a run took, or has taken until now or until it was last seen."""
    return (run.finished or (now if standing(run, now) == "running" else run.last_seen)) - run.started


def print_runs(runs: Sequence[RunRecord], now: datetime, console: Console) -> None:
    """Print one line per run with its non-zero counts."""
    rows = [
        (
            f"{run.started:%Y-%m-%d %H:%M}",
            run.flow,
            standing(run, now),
            format_duration(took(run, now).total_seconds()),
            _counted(run.counts),
        )
        for run in runs
    ]
    print_rows(("began (UTC)", "flow", "state", "took", "counted"), rows, console)


def _counted(counts: Mapping[str, int] | None) -> str:
    return " · ".join(f"{name} {count}" for name, count in (counts or {}).items() if count)


def print_alarms(runs: Iterable[RunRecord], console: Console) -> None:
    """Print one line per alarm, with the time of its run."""
    rows = [
        (f"{run.started:%Y-%m-%d %H:%M}", run.flow, alarm["portal"], alarm["kind"].replace("_", " "), alarm["reason"])
        for run in runs
        for alarm in run.alarms or ()
    ]
    if rows:
        console.print()
        print_rows(("alarms of (UTC)", "flow", "portal", "kind", "reason"), rows, console)


def print_shares(shares: Sequence[Share], console: Console) -> None:
    """Print province × year: percent of the expected reports that are published, the more the greener.

    On a narrow terminal only the latest years are shown.
    """
    rows: defaultdict[str, defaultdict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for share in shares:
        counts = {"published": share.published, "expected": share.expected}
        for province, year in product((share.province, _ALL), (share.year, _EVER)):
            rows[province][year].update(counts)
    names = {share.province: share.name for share in shares} | {_ALL: "all"}
    room = (console.width - max(map(cell_len, names.values()))) // _CELL - 1
    years = sorted({share.year for share in shares})[-max(room, 1) :]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 0, 0, 1))
    table.add_column("province", no_wrap=True)
    for heading in (*map(str, years), "all"):
        table.add_column(heading, justify="right", no_wrap=True, width=_CELL - 1)
    for code, name in names.items():
        table.add_row(escape(name), *(_share(rows[code][year]) for year in (*years, _EVER)))
    console.print(table)
    console.print(f"percent published of the reports seen or expected, since {years[0]}", style="dim", highlight=False)


def _share(counts: Counter[str]) -> str:
    """Return a cell: whole percent, rounded down, so that 100 means all."""
    if not counts["expected"]:
        return "[dim]·[/]"
    percent = 100 * counts["published"] // counts["expected"]
    return f"[black on {_HEAT[percent * (len(_HEAT) - 1) // 100]}]{percent:4}[/]"


def print_coverage(
    cells: Sequence[CoverageCell], gaps: Sequence[Gap], names: Mapping[str, str], console: Console
) -> None:
    """Print jurisdiction × year: number of published reports, with marks for findings and for what is lacking."""
    published = {(cell.jurisdiction, cell.year): cell for cell in cells}
    missing: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for gap in gaps:
        missing[gap.jurisdiction, gap.year].add(MARKS[gap.state])
    places = {*published, *missing}
    years = sorted({year for _, year in places})
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("jurisdiction")
    for year in years:
        table.add_column(str(year), justify="right")
    for code in sorted({code for code, _ in places}):
        marks = [_mark(published.get((code, year)), missing.get((code, year), set())) for year in years]
        table.add_row(f"{code} {names.get(code, '')}", *marks)
    console.print(table)
    legend = ", ".join(f"{mark} {state.replace('_', ' ')}" for state, mark in MARKS.items())
    console.print(f"reports published; ~ some only in part, ! a sum or reading error; missing: {legend}", style="dim")


def _mark(cell: CoverageCell | None, missing: set[str]) -> str:
    letters = f"[magenta]{''.join(sorted(missing))}[/]" if missing else ""
    if cell is None:
        return letters or "[dim]·[/]"
    style = "red" if cell.errors else "green" if cell.complete == cell.reports else "yellow"
    sign = ("~" if cell.complete < cell.reports else "") + ("!" if cell.errors else "")
    return f"[{style}]{cell.reports}{sign}[/]{letters}"


def print_holes(holes: Sequence[Covered], console: Console) -> None:
    """Print each report that a backfill could not get, with the reason."""
    _print_columns(["jurisdiction", "agency", "year", "state", "url", "reason"], holes, "table", console)


def print_gaps(gaps: Sequence[Gap], form: Format, console: Console) -> None:
    """Print each report that is not in the warehouse, and each list that was not read to its end, with the reason."""
    columns = ["jurisdiction", "agency", "year", "state", "since", "portal", "url", "reason"]
    _print_columns(columns, gaps, form, console)


def _print_columns(columns: list[str], rows: Sequence[Covered | Gap], form: Format, console: Console) -> None:
    print_as(form, columns, [tuple(getattr(row, name) for name in columns) for row in rows], console)
