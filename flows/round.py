"""A round: some portals are crawled, several at once, and what came of it is one run.

Owns the record of the run and what becomes of a crawl that breaks off. Must not import Prefect: `nightly` runs these
functions as a flow, the command line as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import count

from flows.outcome import Outcome, gather
from flows.parallel import Pending, Submit
from flows.pipeline import crawl_portal, publish_dimensions
from flows.progress import display
from flows.season import Step, plan_night
from flows.settings import PARSER_VERSION, Settings
from flows.webhook import send_alarms
from flows.workspace import Workspace, known_portals, open_workspace
from warehouse.runs import Run

STAGE = "portals"
"""The stage of a round as a whole."""
AT_ONCE = 8
"""Portals that are crawled at once: each waits for its host most of the time."""
_HOPELESS = frozenset({"blocked", "unreachable", "broke_off"})
"""Kinds of alarms after which a portal is not asked again in the same round."""
Crawl = Submit[[str, int | None, float, str], Outcome]
"""Begins `crawl_one`."""


def crawl_one(portal: str, year: int | None, recheck_days: float, run_id: str) -> Outcome:
    """Crawls one portal by its id, for one year reported on or all, as a part of the run of this id in the ledger."""
    settings = Settings()
    with open_workspace(settings) as workspace:
        years = None if year is None else {year}
        run = Run(f"{run_id}.{portal}", PARSER_VERSION)
        return crawl_portal(known_portals(settings)[portal], workspace, years, timedelta(days=recheck_days), run)


def crawl_now(portals: Sequence[str], year: int | None, crawl: Crawl) -> Outcome:
    """Crawls portals for one year or all, whether or not they are due; that nothing at all is found is a failure."""
    with open_workspace(Settings()) as workspace:
        outcome = _run("crawl", workspace, [[Step(portal, year) for portal in portals]], 0, crawl)
    if not outcome.counts.found and not outcome.failures:
        outcome.fail(", ".join(portals), f"no annual report for {year} is listed")
    return outcome


def crawl_night(portals: Sequence[str], recheck_days: float, now: datetime, crawl: Crawl) -> Outcome:
    """Crawls the portals that are due: the season's reports of all, then all years of some, as `plan_night` says.

    Reports of past seasons are asked for again when their last check is `recheck_days` old.
    """
    with open_workspace(Settings()) as workspace:
        plan = plan_night(portals, workspace.ledger.swept(), now, recheck_days)
        return _run("nightly", workspace, plan, recheck_days, crawl)


def _run(
    flow: str, workspace: Workspace, stages: Iterable[Sequence[Step]], recheck_days: float, crawl: Crawl
) -> Outcome:
    run_id = workspace.ledger.begin_run(flow)
    outcome = gather(_outcomes([*stages], recheck_days, run_id, crawl))
    publish_dimensions(workspace, known_portals(workspace.settings).values())
    workspace.ledger.end_run(run_id, outcome.numbers, [asdict(alarm) for alarm in outcome.alarms])
    send_alarms(flow, run_id, outcome, workspace.settings)
    return outcome


def _outcomes(stages: Sequence[Sequence[Step]], recheck_days: float, run_id: str, crawl: Crawl) -> Iterator[Outcome]:
    """The outcomes of all steps; a stage begins when the one before ended, without portals that could not be had."""
    total, done = sum(map(len, stages)), count()
    hopeless: set[str] = set()
    for steps in stages:
        begun = [
            (step.portal, None if step.portal in hopeless else crawl(step.portal, step.year, recheck_days, run_id))
            for step in steps
        ]
        for portal, pending in begun:
            display().show(STAGE, next(done), total)
            if pending:
                outcome = outcome_of(portal, pending)
                hopeless |= {alarm.portal for alarm in outcome.alarms if alarm.kind in _HOPELESS}
                yield outcome
    display().show(STAGE, total, total)


def outcome_of(portal: str, pending: Pending[Outcome]) -> Outcome:
    """The outcome of a portal's crawl; one that broke off is a failure of this portal alone."""
    try:
        return pending.result()
    except Exception as error:  # noqa: BLE001 (whatever it was, the other portals go on, and this one is told of)
        broken = Outcome()
        broken.alarm(portal, "broke_off", f"the crawl broke off: {type(error).__name__}: {error}")
        return broken
