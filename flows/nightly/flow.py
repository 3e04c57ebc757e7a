"""The nightly flow: every portal that is due, several at once, each a Prefect task.

Owns what Prefect sees of it: parameters, names, artifacts, events. The work is `round`'s, which runs without it too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from prefect import flow, task
from prefect.runtime import flow_run, task_run
from pydantic import Field

from flows.clock import CHINA
from flows.nightly.run import crawl_night, crawl_one
from flows.nightly.schedule import RECHECK_DAYS
from flows.runs.prefect_events import emit_alarms, emit_publications, observed, tell_of
from flows.runs.result import RunFailed, RunResult
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE, STAGE
from flows.workers.prefect_runner import task_runner
from flows.workspace import choose_portals


def _name() -> str:
    chosen = flow_run.parameters.get("portals")
    started = flow_run.get_scheduled_start_time().astimezone(CHINA)
    return f"nightly {started:%Y-%m-%d} {', '.join(chosen) if chosen else 'all portals'}"


def _task_name() -> str:
    given = task_run.parameters
    return f"{given['portal']} {given['year'] or 'all years'}"


@task(name="crawl-portal", task_run_name=_task_name)
def crawl_task(portal: str, year: int | None, recheck_days: float, run_id: str) -> RunResult:
    """Crawls one portal by its id, and tells of what was published as events; its flow tells of alarms."""
    with observed("crawl-portal", STAGE):  # on another machine nothing of the flow's display is there
        outcome = crawl_one(portal, year, recheck_days, run_id)
    emit_publications(outcome.publications)
    return outcome


@flow(name="nightly", flow_run_name=_name, task_runner=task_runner(Settings().dask_address, AT_ONCE))
def nightly(portals: list[str] | None = None, recheck_days: Annotated[float, Field(ge=0)] = RECHECK_DAYS) -> RunResult:
    """Crawls what is due and publishes what is new or changed.

    From January to April first the reports of last year of all portals, then all years of those that were not seen for
    `recheck_days`. Raises RunFailed, after everything else is done, where something could not be had or read: the run
    then shows as failed with its reasons.

    Args:
        portals: Ids of portals; all known ones by default.
        recheck_days: Days after which reports of past seasons are asked for again.
    """
    chosen = choose_portals(Settings(), portals)
    with observed("nightly", STAGE):
        outcome = crawl_night(chosen, recheck_days, datetime.now(UTC), crawl_task.submit)
    emit_alarms(outcome.alarms)
    tell_of("nightly", outcome)
    if outcome.failures:
        raise RunFailed(outcome)
    return outcome
