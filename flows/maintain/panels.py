"""Panel checks over the whole warehouse, and their findings in the table of their own.

Owns what is checked, and when findings are written: once all reports of a few provinces are compared, so that memory
does not grow with their number. `transforms.panel_checks` evaluates the checks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flows.runs.progress import display
from nianbao import NianbaoError
from transforms.panel_checks.declared import figures, panel_checks, scope
from transforms.panel_checks.findings import PanelFinding, find_all
from warehouse.maintain import MaintenanceStep
from warehouse.paths import Partition
from warehouse.publish.manifest import known_files
from warehouse.publish.panel_findings import PANEL_FINDINGS, publish_panel_findings
from warehouse.publish.run_log import Run
from warehouse.query.panel import open_panel
from warehouse.query.query import QueryError, filled_tables
from warehouse.query.selected_files import selected_files
from warehouse.query.selection import Selection, Words, Years, matching, select
from warehouse.schema import Row
from warehouse.storage.store import Store

STAGE = "panels"


class UnknownCheck(NianbaoError):
    """No panel check has a code."""


@dataclass(frozen=True, slots=True)
class PanelSelection:
    """Which findings are asked for: `rows`, in divisions and years, of some checks, or of all; `choose` makes it.

    Reports are compared with all others, whatever is asked for.
    """

    rows: Selection
    checks: tuple[str, ...]

    def has(self, finding: PanelFinding) -> bool:
        """Return whether a finding's division and year are asked for."""
        words, years = self.rows.jurisdictions, self.rows.years
        in_years = years is None or finding.year in years
        return in_years and (words is None or bool(matching(words, [finding.jurisdiction])))

    @property
    def codes(self) -> Collection[str]:
        """The checks that are asked for."""
        return self.checks or tuple(panel_checks())


def choose(
    jurisdiction: Words | None = None, years: Years | None = None, checks: Collection[str] = ()
) -> PanelSelection:
    """Return a selection of findings; divisions and years are given as `warehouse.query.selection.select` has them.

    Raise QueryError as it does, and UnknownCheck.
    """
    if unknown := sorted({*checks} - panel_checks().keys()):
        raise UnknownCheck(f"no panel check is named {', '.join(unknown)}; these are: {', '.join(panel_checks())}")
    return PanelSelection(select(PANEL_FINDINGS, jurisdiction, years), tuple(checks))


def check_panels(store: Store, chosen: PanelSelection, run: Run, *, dry: bool) -> Iterator[PanelFinding]:
    """Yield the findings that are asked for. Unless `dry`, write them, in place of those that no longer hold.

    Raise QueryError if there is no table, a jurisdiction is unknown here or a file cannot be read, and what
    `publish_panel_findings` raises. Killed, it leaves each partition as it was or as it should be.
    """
    filled_tables(store)
    files = selected_files(store, chosen.rows)
    left = {Partition(file.jurisdiction, file.year) for file in files if file.jurisdiction and file.year}
    with open_panel(store, figures(), scope().wording, [*chosen.codes], _show_files) as panel:
        for area, found in find_all(panel, chosen.codes, partial(display().show, STAGE)):
            own = [one for one in found if chosen.has(one)]
            yield from own
            before = {partition for partition in left if partition.jurisdiction.startswith(tuple(area))}
            left -= before
            if not dry:
                _publish(store, before, own, chosen, run)
    if not dry:
        _publish(store, left, [], chosen, run)


def _show_files(table: str, done: int, total: int) -> None:
    display().show(f"files of {table}", done, total)


def _publish(
    store: Store, before: Collection[Partition], found: Sequence[PanelFinding], chosen: PanelSelection, run: Run
) -> None:
    rows: defaultdict[Partition, list[Row]] = defaultdict(list, {partition: [] for partition in before})
    for one in found:
        rows[Partition(one.jurisdiction, one.year)].append(one.row)
    publish_panel_findings(store, rows, chosen.checks or None, run)


def maintain_panels(store: Store, run: Run, *, dry: bool) -> MaintenanceStep:
    """Make all panel checks, as a step of maintenance. An earlier step has told of files that cannot be read."""
    step = MaintenanceStep(STAGE)
    if not len(known_files(store)):
        return step
    try:
        counts = Counter(str(one.row["check"]) for one in check_panels(store, choose(), run, dry=dry))
    except QueryError as error:
        step.done.append(f"reports were not compared with each other: {error}")
        return step
    step.done += [f"{name}: {count} findings" for name, count in sorted(counts.items())]
    return step
