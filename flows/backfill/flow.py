"""The backfill flow: past years filled in by a written plan, each portal a Prefect task.

Owns what Prefect sees of it: parameters, names, artifacts, events. The work is `backfilling`'s, which runs without it
too.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run, task_run
from pydantic import Field

from extractors.portals.portal import FIRST_YEAR
from flows.backfill import run as backfill_run
from flows.backfill.plan import BackfillRequest, parse_request
from flows.runs.prefect_events import emit_alarms, emit_publications, observed, tell_of
from flows.runs.result import RunFailed, RunResult
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE, STAGE
from flows.workers.prefect_runner import task_runner
from flows.workspace import known_portals

Year = Annotated[int, Field(ge=FIRST_YEAR)]


def _name() -> str:
    given = flow_run.parameters
    where = ", ".join(given.get("portals") or ()) or given.get("province") or "all portals"
    kind = "gaps" if given.get("gaps") else "backfill"
    first, last = given.get("first"), given.get("last")
    years = f"{first or FIRST_YEAR}–{last or ''}" if first or last else "of all years"
    return f"{kind} {years} {where}"


def _task_name() -> str:
    given = task_run.parameters
    first, last = min(given["years"]), max(given["years"])
    return f"{given['portal']} {first}–{last}" if first < last else f"{given['portal']} {first}"


@flow(name="backfill", flow_run_name=_name, task_runner=task_runner(Settings().dask_address, AT_ONCE))
def backfill(
    first: Year | None = None,
    last: Year | None = None,
    province: str | None = None,
    portals: list[str] | None = None,
    gaps: bool = False,
    anew: bool = False,
) -> RunResult:
    """Fills in what is missing of past years; goes on with the same wish's plan where one was cut off.

    Raises RunFailed, after everything else is done, where something could not be had or read: the run then shows as
    failed with its reasons. What a portal never published is none of them; the log tells how much that is.

    Args:
        first: First year reported on; needed unless gaps are wanted.
        last: Last year reported on; needed unless gaps are wanted, which are then those of all years up to last year.
        province: Only its portals, by name (山东) or code (CN-37).
        portals: Ids of portals; all known ones by default.
        gaps: Only years of which a report is known to be missing.
        anew: Give up the plan that was begun, and make another.
    """
    known = known_portals(Settings())
    wanted = parse_request(first, last, province, portals or [], known, gaps=gaps)
    with observed("backfill", STAGE):
        outcome = backfill_run.backfill(wanted, backfill_task.submit, anew=anew)
    emit_alarms(outcome.alarms)
    tell_of("backfill", outcome)
    _tell_of_holes(wanted)
    if outcome.failures:
        raise RunFailed(outcome)
    return outcome


def _tell_of_holes(wanted: BackfillRequest) -> None:
    """Logs how many reports stay missing, and why, failures or not."""
    states = Counter(one.state.replace("_", " ") for one in backfill_run.holes(wanted, Settings()))
    if states:
        told = ", ".join(f"{state} {number}" for state, number in sorted(states.items()))
        get_run_logger().info("reports that stay missing: %s; `nianbao status --gaps` lists them", told)


@task(name="backfill-portal", task_run_name=_task_name)
def backfill_task(plan_id: str, portal: str, years: list[int], run_id: str) -> RunResult:
    """Does these years of one portal's part of a plan; tells of what was published as events."""
    with observed("backfill", STAGE):  # on another machine nothing of the flow's display is there
        outcome = backfill_run.backfill_portal(plan_id, portal, years, run_id)
    emit_publications(outcome.publications)
    return outcome
