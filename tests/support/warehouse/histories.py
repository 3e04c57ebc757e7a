"""Histories for property tests: what several writers publish, amend and remove, and what is there in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import strategies as st

from tests.support.warehouse.rows import HERE, disclosure, finding, report, request
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.read import Rows
from warehouse.publish.run_log import Run
from warehouse.publish.write import Change, amend, publish, publish_many, remove
from warehouse.schema import Row
from warehouse.storage.store import Folder, Store

Edition = dict[str, list[Row]]
Report = tuple[Partition, str]

OUTCOMES = ("received", "granted", "total")
PLACES = (HERE, Partition("CN-371003", 2023), Partition("CN-371002", 2024))
REPORTS: list[Report] = [(place, f"{name}-{place.lock}") for place in PLACES for name in "abc"]
WRITERS = 4


@dataclass(frozen=True)
class Step:
    """A change of some reports; `publish` and `publish_many` give the edition of each, the others need none."""

    kind: str
    editions: dict[Report, Edition]

    def by_place(self) -> dict[Partition, dict[str, Edition]]:
        places: dict[Partition, dict[str, Edition]] = {}
        for (place, name), edition in self.editions.items():
            places.setdefault(place, {})[name] = edition
        return places


@dataclass(frozen=True)
class History:
    """Steps, the writer that each report belongs to, and an order of all reports."""

    steps: list[Step]
    owners: dict[Report, int]
    order: list[Report]

    def shares(self) -> list[list[Step]]:
        """Return the steps of each writer, as far as they concern its reports."""
        return [
            [
                replace(step, editions={one: step.editions[one] for one in step.editions if self.owners[one] == writer})
                for step in self.steps
            ]
            for writer in sorted(set(self.owners.values()))
        ]


@st.composite
def editions_of(draw: st.DrawFn, name: str) -> Edition:
    outcomes = draw(st.lists(st.sampled_from(OUTCOMES), unique=True))
    cells = draw(st.lists(st.lists(st.sampled_from("xyz"), max_size=2), unique_by=tuple, max_size=3))
    return {
        "reports": [report(name, title=draw(st.sampled_from(["初版", "更正"])))],
        "requests": [request(name, outcome, value=draw(st.none() | st.integers(0, 9))) for outcome in outcomes],
        "disclosures": [disclosure(name, value=None)] * draw(st.integers(0, 1)),
        "findings": [finding(name, table=None, cells=some) for some in cells],
    }


@st.composite
def steps(draw: st.DrawFn) -> Step:
    kind = draw(st.sampled_from(["publish", "publish_many", "amend", "remove"]))
    chosen = sorted(draw(st.sets(st.sampled_from(REPORTS), min_size=1)))
    given = kind.startswith("publish")
    return Step(kind, {one: draw(editions_of(one[1])) if given else {} for one in chosen})


@st.composite
def histories(draw: st.DrawFn) -> History:
    last = draw(st.integers(0, WRITERS - 1))
    owners = {one: draw(st.integers(0, last)) for one in REPORTS}
    return History(draw(st.lists(steps(), min_size=1, max_size=5)), owners, draw(st.permutations(REPORTS)))


def together(editions: dict[str, Edition]) -> Edition:
    """Join the rows of several reports of one partition."""
    tables = ("reports", "requests", "disclosures", "findings")
    return {table: [row for edition in editions.values() for row in edition[table]] for table in tables}


def revised(rows: Rows) -> Edition:
    """Return what an amendment makes of reports."""
    titled = [{**row, "title": f"{row['title']}（修订）"} for row in rows["reports"]]
    others = {table: list(of_table) for table, of_table in rows.items() if table not in ("reports", "findings")}
    return {**others, "reports": [*titled], "findings": []}


def final(history: Sequence[Step]) -> dict[Report, Edition]:
    """Return the last edition of each report that is there in the end."""
    last: dict[Report, Edition] = {}
    for step in history:
        if step.kind == "remove":
            last = {one: last[one] for one in last if one not in step.editions}
        elif step.kind == "amend":
            last |= {one: revised(last[one]) for one in step.editions if one in last}
        else:
            last |= step.editions
    return last


def do(store: Store, step: Step, run: Run) -> list[Change]:
    """Carry out a step; what it wrote."""
    places = step.by_place().items()
    if step.kind == "publish_many":
        changes = publish_many(store, [(place, together(editions)) for place, editions in places], run)
    elif step.kind == "publish":
        changes = [one for place, editions in places for one in publish(store, place, together(editions), run)]
    elif step.kind == "amend":
        changes = [one for place, editions in places for one in amend(store, place, set(editions), revised, run)]
    else:
        changes = [one for place, editions in places for one in remove(store, place, set(editions), run)]
    return [change for change in changes if change.written]


def write(root: Path, writer: int, share: list[Step]) -> dict[str, list[Change]]:
    """Be one of several writers: every step is a run of its own, every second one is entered in the manifest at once.

    What each run wrote.
    """
    store, wrote = Folder(root), {}
    for number, step in enumerate(share):
        run = Run(f"writer-{writer}-step-{number}", "1")
        wrote[run.run_id] = do(store, step, run)
        if number % 2:
            compact_manifest(store)
    return wrote
