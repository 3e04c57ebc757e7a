"""What Prefect shows of a run: progress, logs, artifacts with counts, alarms and coverage, events for automations.

If Prefect cannot be reached, that is logged and does not affect the run.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from threading import Lock
from typing import cast
from uuid import UUID

from httpx import HTTPError
from prefect import get_run_logger
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.events import emit_event
from prefect.exceptions import PrefectException

from flows.runs.progress import use_display
from flows.runs.result import Alarm, Publication, RunResult
from warehouse.publish.manifest import known_files
from warehouse.query.coverage import shares
from warehouse.query.query import QueryError, connect
from warehouse.storage.store import Store

_SHOWN = ("found", "fetched", "captures", "changed", "published", "flagged", "failed", "partitions")
_PREFECT_ERRORS = (HTTPError, PrefectException, ValueError, OSError, QueryError)
"""What Prefect's client raises: no response or a refusal, no such artifact, a response of a proxy instead of
Prefect, no file or socket left for the request. And a damaged file of the warehouse, about which maintenance alarms."""
_log = logging.getLogger(__name__)


def emit_publications(publications: Iterable[Publication]) -> None:
    """Emit `report.published` and `report.changed`, which automations can wait for."""
    for report in publications:
        event = "report.changed" if report.changed else "report.published"
        resource = {
            "prefect.resource.id": f"nianbao.report.{report.report_id}",
            "prefect.resource.name": f"{report.agency} {report.year}",
        }
        with _errors_logged(f"the publication of {report.report_id}"):
            emit_event(event, resource, payload=asdict(report))


def emit_alarms(alarms: Iterable[Alarm]) -> None:
    """Emit `portal.alarm` and `store.alarm`, which automations can wait for."""
    for alarm in alarms:
        place, name = ("portal", alarm.portal) if alarm.portal else ("store", alarm.kind)
        resource = {"prefect.resource.id": f"nianbao.{place}.{name}", "prefect.resource.name": name}
        with _errors_logged(f"the alarm of {name}"):
            emit_event(f"{place}.alarm", resource, payload=asdict(alarm))


@contextmanager
def _errors_logged(what: str) -> Iterator[None]:
    try:
        yield
    except _PREFECT_ERRORS as error:
        reason = " ".join(str(error).split())
        _log.warning("could not report %s to Prefect: %s: %s", what, type(error).__name__, reason)


class PrefectProgress:
    """A display in the logs of the flow run and its tasks, and in a progress artifact of the flow."""

    def __init__(self, flow: str, stage: str) -> None:
        self._key = f"{flow}-progress"
        self._stage = stage
        self._artifact: UUID | None = None
        self._failed = False
        self._lock = Lock()

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Log the beginning and the end of a stage; the stage of the whole run moves the artifact.

        After a failure the artifact is left alone: Prefect's client takes up to minutes to notice one.
        """
        if done in (0, total):
            get_run_logger().info("%s %s", stage, f"{done}/{total}" if total is not None else "…")
        if stage == self._stage and total:
            with self._lock, _errors_logged("the progress"):
                self._move(100 * done / total)

    def _move(self, percent: float) -> None:
        if self._failed:
            return
        self._failed = True
        if self._artifact is None:
            made = create_progress_artifact(percent, key=self._key, description=f"{self._stage} done")
            self._artifact = cast(UUID, made)  # a coroutine only if it is called from one
        else:
            update_progress_artifact(self._artifact, percent)
        self._failed = False


@contextmanager
def in_prefect(flow: str, stage: str) -> Iterator[None]:
    """Show progress in Prefect while the block runs; `stage` is that of the run as a whole."""
    with use_display(PrefectProgress(flow, stage)):
        yield


def publish_result(flow: str, result: RunResult) -> None:
    """Publish the run's counts as a Markdown artifact, and its alarms as a table."""
    blocked = sum(alarm.kind == "blocked" for alarm in result.alarms)
    publish_tables(flow, {**_numbers(result), "portals blocked": blocked}, result.alarms)


def publish_tables(flow: str, numbers: Mapping[str, int], alarms: Iterable[Alarm]) -> None:
    """Publish numbers as a Markdown artifact, and alarms as a table."""
    lines = [f"| {name} | {count} |" for name, count in numbers.items()]
    table = "\n".join(["| | |", "|---|---:|", *lines])
    with _errors_logged("the run's counts"):
        create_markdown_artifact(f"# {flow}\n\n{table}\n", key=f"{flow}-run", description="Counts of the run")
    rows = [asdict(alarm) for alarm in alarms]
    with _errors_logged("the run's alarms"):
        create_table_artifact(rows, key=f"{flow}-alarms", description="Portals and stores that need a person, and why")


def publish_coverage_table(warehouse: Store) -> None:
    """Publish province × year as a table: percent published of the reports seen or expected, and their states."""
    if not len(known_files(warehouse)):
        return
    with _errors_logged("the coverage"), connect(warehouse) as connection:
        rows = [
            {"province": share.name, "year": share.year, "percent": 100 * share.published // share.expected}
            | {state.replace("_", " "): count for state, count in share.states.items()}
            for share in shares(connection)
        ]
        create_table_artifact(rows, key="coverage", description="Percent published, and the states of all reports")


def _numbers(result: RunResult) -> dict[str, int]:
    return {name: count for name, count in result.numbers.items() if name in _SHOWN}
