"""The maintain flow: the stores looked after, with a release where asked for, as a Prefect flow.

Owns what Prefect sees of it: parameters, names, artifacts, events. The work is `upkeep`'s, which runs without it too.
"""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from flows.clock import CHINA
from flows.maintain.run import STAGE, run_maintenance
from flows.runs.prefect_events import emit_alarms, observed, tell
from flows.runs.result import RunFailed


def _name() -> str:
    started = flow_run.get_scheduled_start_time().astimezone(CHINA)
    return f"maintain {started:%Y-%m-%d}" + (" with a release" if flow_run.parameters.get("release") else "")


@flow(name="maintain", flow_run_name=_name)
def maintain(
    release: bool = False,
) -> dict[str, int]:
    """Verifies the archive, removes leftovers, brings files to today's schema, writes release and catalogue.

    Raises RunFailed, after everything else is done, where something is damaged. Gives back the run's counts.

    Args:
        release: Write a release of what the warehouse holds.
    """
    with observed("maintain", STAGE):
        upkeep = run_maintenance(release=release)
    for step in upkeep.steps:
        for line in step.done:
            get_run_logger().info("%s: %s", step.name, line)
    outcome = upkeep.outcome
    emit_alarms(outcome.alarms)
    tell("maintain", upkeep.numbers, outcome.alarms)
    if outcome.failures:
        raise RunFailed(outcome)
    return upkeep.numbers
