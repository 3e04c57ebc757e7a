"""A crawl of several portals at once, recorded as one run: the nightly one, and one by hand.

Owns the record of the run and what follows from a crawl that crashes. `flow` runs these functions under Prefect, the
command line without it.
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
from flows.steps.lifecycle import STAGE, end_run, record_crash, require_contact, result_of
from flows.steps.pipeline import crawl_portal, note_failed_reports
from flows.workers.threads import Submit
from flows.workspace import Workspace, known_portal, open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.run_log import Run

_HOPELESS = frozenset({"blocked", "unreachable", "broke_off"})
"""Kinds of alarms after which a portal is not asked again in the same run."""
BeginCrawl = Submit[[str, int | None, float, str], RunResult]
"""Begins `crawl_one` with the settings of the process that runs it."""


def crawl_one(settings: Settings, portal: str, year: int | None, recheck_days: float, run_id: str) -> RunResult:
    """Crawl one portal by its id, for one year reported on or all, as a part of the run `run_id` of the ledger.

    A crash is an alarm; what was published before it is in the result as well.
    """
    result = RunResult()
    with open_workspace(settings) as workspace:
        years = None if year is None else {year}
        run = Run(f"{run_id}.{portal}", parser_version())
        try:
            crawl_portal(known_portal(settings, portal), workspace, years, timedelta(days=recheck_days), run, result)
        except Exception as error:  # noqa: BLE001 (whatever it was, what had been published is in the result)
            record_crash(portal, error, result)
    return result


def crawl_now(settings: Settings, portals: Sequence[str], year: int | None, begin: BeginCrawl) -> RunResult:
    """Crawl portals for one year or all, even if they are not due; a portal that lists nothing is an alarm.

    Raises NoContact if one is public and the settings name no contact.
    """
    with open_workspace(settings) as workspace:
        require_contact(portals, settings)
        run_id = workspace.ledger.runs.begin("crawl")
        results = _crawl([[PortalYear(portal, year) for portal in portals]], 0, run_id, begin, workspace)
        for portal, result in results.items():
            if not result.counts.found and not result.failures:
                result.alarm(portal, "nothing_listed", f"no annual report{f' for {year}' if year else ''} is listed")
        return _end("crawl", run_id, results, workspace)


def crawl_night(
    settings: Settings, portals: Sequence[str], recheck_days: float, now: datetime, begin: BeginCrawl
) -> RunResult:
    """Crawl the portals that are due: the season's reports of all, then all years of some, as `plan_night` chooses.

    Reports of past seasons are checked again when their last check is `recheck_days` old. Raises AlreadyRunning if
    another nightly run has not ended, NoContact if a portal is public and the settings name no contact.
    """
    with open_workspace(settings) as workspace, ExitStack() as stack:
        require_contact(portals, settings)
        try:
            stack.enter_context(workspace.ledger.lock("nightly"))
        except AlreadyRunning as error:
            raise AlreadyRunning("the previous nightly run has not ended: wait for its process, or end it") from error
        stages = plan_night(portals, workspace.ledger.listings.full_crawls(), now, recheck_days)
        run_id = workspace.ledger.runs.begin("nightly")
        return _end("nightly", run_id, _crawl(stages, recheck_days, run_id, begin, workspace), workspace)


def _crawl(
    stages: Sequence[Sequence[PortalYear]], recheck_days: float, run_id: str, begin: BeginCrawl, workspace: Workspace
) -> dict[str, RunResult]:
    """Return the result of each portal. A stage begins when the one before has ended, without hopeless portals.

    A portal that is left out, or whose crawl crashes, counts as attempted: else it would be the longest untried every
    night and take another portal's turn.
    """
    total, done = sum(map(len, stages)), count()
    results: defaultdict[str, RunResult] = defaultdict(RunResult)
    for steps in stages:
        hopeless = {portal for portal, result in results.items() if _is_hopeless(result)}
        begun = [
            (step, None if step.portal in hopeless else begin(step.portal, step.year, recheck_days, run_id))
            for step in steps
        ]
        for step, pending in begun:
            display().show(STAGE, next(done), total)
            result = result_of(step.portal, pending) if pending else None
            if result:
                results[step.portal].add(result)
            if step.year is None and (result is None or _has_crashed(result)):
                workspace.ledger.listings.mark_full_crawl_attempted(step.portal)
    display().show(STAGE, total, total)
    return results


def _is_hopeless(result: RunResult) -> bool:
    return any(alarm.kind in _HOPELESS for alarm in result.alarms)


def _has_crashed(result: RunResult) -> bool:
    return any(alarm.kind == "broke_off" for alarm in result.alarms)


def _end(flow: str, run_id: str, results: Mapping[str, RunResult], workspace: Workspace) -> RunResult:
    """Return the result of the run, after it has been recorded and its alarms have been sent."""
    for portal, result in results.items():
        note_failed_reports(portal, result)
    whole = gather(results.values())
    end_run(flow, run_id, whole, workspace)
    return whole
