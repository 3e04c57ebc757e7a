"""The backfill flow: past years filled in by a written plan, each portal a Prefect task.

Owns what Prefect sees of it: parameters, names, artifacts, events. The work is `backfilling`'s, which runs without it
too.
"""

from __future__ import annotations

from datetime import date

from prefect import flow, task
from prefect.runtime import flow_run

from flows import backfilling
from flows.backfill_plan import wish
from flows.outcome import Outcome, RunFailed
from flows.seen import emit, observed, tell_of
from flows.settings import Settings
from flows.workers import task_runner
from flows.workspace import known_portals


def _name() -> str:
    given = flow_run.parameters
    where = ", ".join(given.get("portals") or ()) or given.get("province") or "all portals"
    kind = "gaps" if given.get("gaps") else "backfill"
    return f"{kind} {given.get('first') or ''}–{given.get('last') or ''} {where}"


@flow(name="backfill", flow_run_name=_name, task_runner=task_runner(), validate_parameters=True)
def backfill(
    first: int | None = None,
    last: int | None = None,
    province: str | None = None,
    portals: list[str] | None = None,
    gaps: bool = False,
    anew: bool = False,
) -> Outcome:
    """Fills in what is missing of past years; goes on with the same wish's plan where one was cut off.

    Raises RunFailed, after everything else is done, where something could not be had or read: the run then shows as
    failed with its reasons.

    Args:
        first: First year reported on; needed unless gaps are wanted.
        last: Last year reported on; needed unless gaps are wanted.
        province: Only its portals, by name (山东) or code (CN-37).
        portals: Ids of portals; all known ones by default.
        gaps: Only years of which a report is known to be missing.
        anew: Give up the plan that was begun, and make another.
    """
    known = known_portals(Settings())
    wanted = wish(first, last, province, portals or [], known, gaps=gaps, this_year=date.today().year)
    with observed("backfill"):
        outcome = backfilling.backfill(wanted, backfill_task.submit, anew=anew)
    tell_of("backfill", outcome)
    if outcome.failures:
        raise RunFailed(outcome)
    return outcome


@task(name="backfill-portal", task_run_name="{portal}")
def backfill_task(plan_id: str, portal: str, run_id: str) -> Outcome:
    """Does one portal's part of a plan, and tells of what was published and of alarms as events."""
    outcome = backfilling.backfill_portal(plan_id, portal, run_id)
    emit(outcome.publications, outcome.alarms)
    return outcome
