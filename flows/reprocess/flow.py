"""The reprocess flow: the archive read again by today's parser, one task per batch.

Owns what Prefect sees of it: parameters, names, artifacts, events. The work is in `flows.reprocess.run`.
"""

from __future__ import annotations

from typing import Annotated

from prefect import flow, task
from prefect.runtime import flow_run, task_run
from pydantic import Field

from extractors.portals.portal import FIRST_YEAR
from flows.reprocess.processes import in_processes, read_elsewhere
from flows.reprocess.run import ReprocessResult, reprocess_archive
from flows.reprocess.selection import Selection
from flows.reprocess.summary import BatchResult
from flows.runs.prefect_events import emit_alarms, emit_publications, in_prefect, publish_tables
from flows.runs.result import RunFailed
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE, STAGE
from flows.workers.prefect_runner import task_runner


def _name() -> str:
    given = flow_run.parameters
    chosen = ", ".join(given["portals"] or ["all portals"])
    return f"reprocess {chosen}{' to publish' if given['publish'] else ''}"


def _task_name() -> str:
    given = task_run.parameters
    return f"{given['portal']} {given['key']}: {len(given['urls'])} documents"


@task(name="read-again", task_run_name=_task_name)
def read_task(portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> BatchResult:
    """Read one batch again, by the addresses of its documents, and emit an event for each publication."""
    found = read_elsewhere(Settings(), portal, urls, key, run_id, publish)
    emit_publications(found.publications)
    return found


@flow(name="reprocess", flow_run_name=_name, task_runner=task_runner(Settings().dask_address, AT_ONCE))
def reprocess(
    portals: list[str] | None = None,
    first: Annotated[int, Field(ge=FIRST_YEAR)] | None = None,
    last: Annotated[int, Field(ge=FIRST_YEAR)] | None = None,
    older: bool = False,
    publish: bool = False,
) -> ReprocessResult:
    """Read the archive again and record what changed; nothing is fetched, and nothing is published without `publish`.

    Raise RunFailed, after everything else is done, if something was read before and cannot be now, or is lost;
    ValueError if the first year is after the last.

    Args:
        portals: Ids of portals, or `files` for what was ingested; all by default.
        first: First year reported on.
        last: Last year reported on.
        older: Only what another parser than today's has read.
        publish: Replace what is published by what changed.
    """
    selection = Selection(tuple(sorted(set(portals or ()))), first, last, older)
    settings = Settings()
    with in_prefect("reprocess", STAGE), in_processes(settings):
        done = reprocess_archive(selection, settings, read_task.submit, publish=publish)
    emit_alarms(done.alarms)
    publish_tables("reprocess", done.counts.numbers, done.alarms)
    if done.counts.failures:
        raise RunFailed(done.outcome)
    return done
