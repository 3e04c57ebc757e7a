"""What Prefect shows of a run: names, logs, progress, the run's table, its alarms, and events to act upon.

Owns these and the task that crawls a portal. Must not do the work: `round` and the others do. What Prefect cannot be
told is logged, and costs the run nothing else.
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

_TOLD = ("found", "fetched", "captures", "changed", "published", "flagged", "failed", "partitions")
_UNTOLD = (HTTPError, PrefectException, ValueError, OSError)
"""What Prefect's client raises: no answer or a refusal, no such artifact, an answer that is not Prefect's but
that of a proxy, no file or socket left to ask with."""
_log = logging.getLogger(__name__)


def emit_publications(publications: Iterable[Publication]) -> None:
    """Emits `report.published` and `report.changed`, which automations can wait for."""
    for one in publications:
        event = "report.changed" if one.changed else "report.published"
        resource = {
            "prefect.resource.id": f"nianbao.report.{one.report_id}",
            "prefect.resource.name": f"{one.agency} {one.year}",
        }
        with _logged_where_untold(f"that {one.report_id} was published"):
            emit_event(event, resource, payload=asdict(one))


def emit_alarms(alarms: Iterable[Alarm]) -> None:
    """Emits `portal.alarm` and `store.alarm`, which automations can wait for."""
    for alarm in alarms:
        place, name = ("portal", alarm.portal) if alarm.portal else ("store", alarm.kind)
        resource = {"prefect.resource.id": f"nianbao.{place}.{name}", "prefect.resource.name": name}
        with _logged_where_untold(f"the alarm of {name}"):
            emit_event(f"{place}.alarm", resource, payload=asdict(alarm))


@contextmanager
def _logged_where_untold(what: str) -> Iterator[None]:
    try:
        yield
    except _UNTOLD as error:
        reason = " ".join(str(error).split())
        _log.warning("Prefect could not be told %s: %s: %s", what, type(error).__name__, reason)


class PrefectProgress:
    """A display in the logs of the flow run and its tasks, and in a progress artifact of the flow."""

    def __init__(self, flow: str, stage: str) -> None:
        self._key = f"{flow}-progress"
        self._stage = stage
        self._artifact: UUID | None = None
        self._untold = False
        self._lock = Lock()

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Logs the first and the last step of a stage; that of the whole run moves the artifact.

        One that could not be moved is left alone: Prefect's client takes up to minutes to find that out.
        """
        if done in (0, total):
            get_run_logger().info("%s %s", stage, f"{done}/{total}" if total is not None else "…")
        if stage == self._stage and total:
            with self._lock, _logged_where_untold("the progress"):
                self._move(100 * done / total)

    def _move(self, percent: float) -> None:
        if self._untold:
            return
        self._untold = True
        if self._artifact is None:
            made = create_progress_artifact(percent, key=self._key, description=f"{self._stage} that are done")
            self._artifact = cast(UUID, made)  # it is a coroutine where it was called from one
        else:
            update_progress_artifact(self._artifact, percent)
        self._untold = False


@contextmanager
def observed(flow: str, stage: str) -> Iterator[None]:
    """Shows progress in Prefect while the block runs; `stage` is that of the run as a whole."""
    with use_display(PrefectProgress(flow, stage)):
        yield


def tell_of(flow: str, outcome: RunResult) -> None:
    """Leaves the run's table as a Markdown artifact, and its alarms as a table."""
    blocked = sum(alarm.kind == "blocked" for alarm in outcome.alarms)
    tell(flow, {**_numbers(outcome), "portals blocked": blocked}, outcome.alarms)


def tell(flow: str, numbers: Mapping[str, int], alarms: Iterable[Alarm]) -> None:
    """Leaves numbers as a Markdown artifact, and alarms as a table."""
    lines = [f"| {name} | {count} |" for name, count in numbers.items()]
    table = "\n".join(["| | |", "|---|---:|", *lines])
    with _logged_where_untold("the run's numbers"):
        create_markdown_artifact(f"# {flow}\n\n{table}\n", key=f"{flow}-run", description="what the run did")
    rows = [asdict(alarm) for alarm in alarms]
    with _logged_where_untold("the run's alarms"):
        create_table_artifact(rows, key=f"{flow}-alarms", description="what needs a person, and why")


def _numbers(outcome: RunResult) -> dict[str, int]:
    return {name: count for name, count in outcome.numbers.items() if name in _TOLD}
