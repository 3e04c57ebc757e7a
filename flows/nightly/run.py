"""A round: some portals are crawled, several at once, and what came of it is one run.

Owns the record of the run and what becomes of a crawl that breaks off. Must not import Prefect: `nightly` runs these
functions as a flow, the command line as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count

from flows.ledger.run_lock import AlreadyRunning
from flows.nightly.schedule import PortalYear, plan_night
from flows.runs.progress import display
from flows.runs.result import RunResult, gather
from flows.settings import Settings
from flows.steps.lifecycle import STAGE, end_run, record_crash, result_of
from flows.steps.pipeline import crawl_portal, note_failed_reports
from flows.workers.threads import Submit
from flows.workspace import Workspace, known_portals, open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.run_log import Run

_HOPELESS = frozenset({"blocked", "unreachable", "broke_off"})
"""Kinds of alarms after which a portal is not asked again in the same round."""
Crawl = Submit[[str, int | None, float, str], RunResult]
"""Begins `crawl_one`."""


def crawl_one(portal: str, year: int | None, recheck_days: float, run_id: str) -> RunResult:
    """Crawls one portal by its id, for one year reported on or all, as a part of the run of this id in the ledger.

    A crawl that breaks off is an alarm beside what it had published.
    """
    settings, outcome = Settings(), RunResult()
    with open_workspace(settings) as workspace:
        years = None if year is None else {year}
        run = Run(f"{run_id}.{portal}", parser_version())
        try:
            known = known_portals(settings)[portal]
            crawl_portal(known, workspace, years, timedelta(days=recheck_days), run, outcome)
        except Exception as error:  # noqa: BLE001 (whatever it was, what it had published is told)
            record_crash(portal, error, outcome)
    return outcome


def crawl_now(portals: Sequence[str], year: int | None, crawl: Crawl) -> RunResult:
    """Crawls portals for one year or all, whether or not they are due; a portal that lists nothing is an alarm."""
    with open_workspace(Settings()) as workspace:
        run_id = workspace.ledger.runs.begin("crawl")
        found = _outcomes([[PortalYear(portal, year) for portal in portals]], 0, run_id, crawl, workspace)
        for portal, outcome in found.items():
            if not outcome.counts.found and not outcome.failures:
                outcome.alarm(portal, "nothing_listed", f"no annual report{f' for {year}' if year else ''} is listed")
        return _end("crawl", run_id, found, workspace)


def crawl_night(portals: Sequence[str], recheck_days: float, now: datetime, crawl: Crawl) -> RunResult:
    """Crawls the portals that are due: the season's reports of all, then all years of some, as `plan_night` says.

    Reports of past seasons are asked for again when their last check is `recheck_days` old. Raises AlreadyRunning while
    another process does so.
    """
    with open_workspace(Settings()) as workspace, ExitStack() as stack:
        try:
            stack.enter_context(workspace.ledger.lock("nightly"))
        except AlreadyRunning as error:
            raise AlreadyRunning("the night before is not over yet: wait for its process, or end it") from error
        plan = plan_night(portals, workspace.ledger.listings.full_crawls(), now, recheck_days)
        run_id = workspace.ledger.runs.begin("nightly")
        return _end("nightly", run_id, _outcomes(plan, recheck_days, run_id, crawl, workspace), workspace)


def _outcomes(
    stages: Sequence[Sequence[PortalYear]], recheck_days: float, run_id: str, crawl: Crawl, workspace: Workspace
) -> dict[str, RunResult]:
    """The outcome of each portal; a stage begins when the one before ended, without portals that could not be had.

    A portal that is left out, or whose crawl breaks off, counts as tried: it would be the longest untried every night,
    and take another's turn.
    """
    total, done = sum(map(len, stages)), count()
    found: defaultdict[str, RunResult] = defaultdict(RunResult)
    for steps in stages:
        hopeless = {portal for portal, outcome in found.items() if _is_hopeless(outcome)}
        begun = [
            (step, None if step.portal in hopeless else crawl(step.portal, step.year, recheck_days, run_id))
            for step in steps
        ]
        for step, pending in begun:
            display().show(STAGE, next(done), total)
            outcome = result_of(step.portal, pending) if pending else None
            if outcome:
                found[step.portal].add(outcome)
            if step.year is None and (outcome is None or _broke_off(outcome)):
                workspace.ledger.listings.mark_full_crawl_attempted(step.portal)
    display().show(STAGE, total, total)
    return found


def _is_hopeless(outcome: RunResult) -> bool:
    return any(alarm.kind in _HOPELESS for alarm in outcome.alarms)


def _broke_off(outcome: RunResult) -> bool:
    return any(alarm.kind == "broke_off" for alarm in outcome.alarms)


def _end(flow: str, run_id: str, found: Mapping[str, RunResult], workspace: Workspace) -> RunResult:
    """The outcome of the run, which is told whatever becomes of the last tables."""
    for portal, outcome in found.items():
        note_failed_reports(portal, outcome)
    whole = gather(found.values())
    end_run(flow, run_id, whole, workspace)
    return whole
