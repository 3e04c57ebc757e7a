"""The nightly flow: every portal that is due, several at once, each a Prefect task.

Owns its parameters, names, artifacts and events in Prefect. `flows.nightly.run` does the work.
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
from flows.workspace import choose_portals
from warehouse.storage.store import open_store


def _name() -> str:
    chosen = flow_run.parameters.get("portals")
    started = flow_run.get_scheduled_start_time().astimezone(CHINA)
    return f"nightly {started:%Y-%m-%d} {', '.join(chosen) if chosen else 'all portals'}"


def _task_name() -> str:
    given = task_run.parameters
    return f"{given['portal']} {given['year'] or 'all years'}"


@task(name="crawl-portal", task_run_name=_task_name)
def crawl_task(portal: str, year: int | None, recheck_days: float, run_id: str) -> RunResult:
    """Crawl one portal by its id, and emit events for what was published; its flow emits the alarms."""
    with in_prefect("crawl-portal", STAGE):  # on another machine the flow's display is not there
        result = crawl_one(Settings(), portal, year, recheck_days, run_id)
    emit_publications(result.publications)
    return result


@flow(name="nightly", flow_run_name=_name, task_runner=task_runner(Settings().dask_address, AT_ONCE))
def nightly(portals: list[str] | None = None, recheck_days: Annotated[float, Field(ge=0)] = RECHECK_DAYS) -> RunResult:
    """Crawl what is due and publish what is new or changed.

    From January to April last year's reports of all portals come first, then all years of the portals that were not
    crawled for `recheck_days`. Raises RunFailed, after everything else is done, if something could not be fetched or
    read: the run is then shown as failed with its reasons.

    Args:
        portals: Ids of portals; all known ones by default.
        recheck_days: Days after which reports of past seasons are checked again.
    """
    settings = Settings()
    chosen = choose_portals(settings, portals)
    with in_prefect("nightly", STAGE):
        result = crawl_night(settings, chosen, recheck_days, datetime.now(UTC), crawl_task.submit)
    emit_alarms(result.alarms)
    publish_result("nightly", result)
    publish_coverage_table(open_store(settings.warehouse))
    if result.failures:
        raise RunFailed(result)
    return result
