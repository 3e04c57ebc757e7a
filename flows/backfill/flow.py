"""The backfill flow: missing reports of past years by a saved plan, each portal a Prefect task.

Owns its parameters, names, artifacts and events in Prefect. `flows.backfill.run` does the work.
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
from flows.runs.prefect_events import (
    emit_alarms,
    emit_publications,
    in_prefect,
    publish_coverage_table,
    publish_result,
)
from flows.runs.result import RunFailed, RunResult
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE, STAGE
from flows.workers.prefect_runner import task_runner
from flows.workspace import known_portals
from warehouse.storage.store import open_store

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
    new_plan: bool = False,
) -> RunResult:
    """Fetch missing reports of past years; an interrupted plan of the same request is resumed.

    Raises RunFailed, after everything else is done, if something could not be fetched or read: the run is then shown as
    failed with its reasons. Reports that a portal never published are no failures; the log states how many they are.

    Args:
        first: First year reported on; needed unless gaps is set.
        last: Last year reported on; needed unless gaps is set, which then covers all years up to last year.
        province: Only portals of this province, by name (山东) or code (CN-37).
        portals: Ids of portals; all known ones by default.
        gaps: Only years with reports that are known to be missing.
        new_plan: Discard the unfinished plan and make a new one.
    """
    settings = Settings()
    request = parse_request(first, last, province, portals or [], known_portals(settings), gaps=gaps)
    with in_prefect("backfill", STAGE):
        result = backfill_run.backfill(request, settings, backfill_task.submit, new_plan=new_plan)
    emit_alarms(result.alarms)
    publish_result("backfill", result)
    publish_coverage_table(open_store(settings.warehouse))
    _log_holes(request, settings)
    if result.failures:
        raise RunFailed(result)
    return result


def _log_holes(request: BackfillRequest, settings: Settings) -> None:
    """Log how many reports are still missing, by reason."""
    states = Counter(hole.state.replace("_", " ") for hole in backfill_run.holes(request, settings))
    if states:
        counts = ", ".join(f"{state} {number}" for state, number in sorted(states.items()))
        get_run_logger().info("reports that are still missing: %s; `nianbao status --gaps` lists them", counts)


@task(name="backfill-portal", task_run_name=_task_name)
def backfill_task(plan_id: str, portal: str, years: list[int], run_id: str) -> RunResult:
    """Carry out these years of one portal's part of a plan, and emit events for what was published."""
    with in_prefect("backfill", STAGE):  # on another machine the flow's display is not there
        result = backfill_run.backfill_portal(Settings(), plan_id, portal, years, run_id)
    emit_publications(result.publications)
    return result
