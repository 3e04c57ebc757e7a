"""The maintain flow: the stores of a data root kept in order, with a release on request.

Owns its parameters, names, artifacts and events in Prefect. `flows.maintain.run` does the work.
"""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from flows.clock import CHINA
from flows.maintain.run import STAGE, run_maintenance
from flows.runs.prefect_events import emit_alarms, in_prefect, publish_tables
from flows.runs.result import RunFailed
from flows.settings import Settings


def _name() -> str:
    started = flow_run.get_scheduled_start_time().astimezone(CHINA)
    return f"maintain {started:%Y-%m-%d}" + (" with a release" if flow_run.parameters.get("release") else "")


@flow(name="maintain", flow_run_name=_name)
def maintain(
    release: bool = False,
) -> dict[str, int]:
    """Rename outdated keys of portal files, remove leftovers, update files, verify the archive, make the panel checks.

    Finally write the catalogue.

    Returns the counts of the run. Raises RunFailed, after everything else is done, if something is damaged.

    Args:
        release: Write a release of the warehouse.
    """
    with in_prefect("maintain", STAGE):
        maintenance = run_maintenance(Settings(), release=release)
    for step in maintenance.steps:
        for line in step.done:
            get_run_logger().info("%s: %s", step.name, line)
    result = maintenance.result
    emit_alarms(result.alarms)
    publish_tables("maintain", maintenance.numbers, result.alarms)
    if result.failures:
        raise RunFailed(result)
    return maintenance.numbers
