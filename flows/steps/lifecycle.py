"""How a run over several portals begins and ends: what none may lack, what a crash of one costs, what is recorded and
sent at the end of all.

Owns what the nightly crawl and the backfill share.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict

from flows.documents.capture import FILES
from flows.runs.alarms import send_alarms
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.coverage import record_coverage
from flows.steps.publish import publish_dimensions
from flows.workers.threads import Pending
from flows.workspace import Workspace, known_portals
from transforms.parser_version import parser_version
from warehouse.publish.run_log import Run

STAGE = "portals"
"""The stage of a run as a whole."""
AT_ONCE = 8
"""Portals that are crawled at once: each waits for its host most of the time."""
_log = logging.getLogger(__name__)


def require_contact(portals: Iterable[str], settings: Settings) -> None:
    """Raise NoContact, before anything is asked, if a portal's host is public and has nobody to write to."""
    known = known_portals(settings)
    chosen = (known[portal] for portal in portals if portal in known)
    settings.require_contact(url for portal in chosen for url in (portal.homepage, *portal.list_pages))


def result_of(portal: str, pending: Pending[RunResult]) -> RunResult:
    """Return the result of a portal's crawl; a crawl whose process was lost is a failure of this portal alone."""
    try:
        return pending.result()
    except Exception as error:  # noqa: BLE001 (whatever it was, the other portals continue, and this one is reported)
        broken = RunResult()
        record_crash(portal, error, broken)
        return broken


def record_crash(portal: str, error: Exception, outcome: RunResult) -> None:
    """Add an alarm for the error that ended a portal's crawl, and log its traceback."""
    _log.error("the crawl of %s crashed", portal, exc_info=error)
    outcome.alarm(portal, "broke_off", f"the crawl crashed: {type(error).__name__}: {error}")


def end_run(flow: str, run_id: str, outcome: RunResult, workspace: Workspace) -> None:
    """Write what all portals share, and record and send the result of the run, even if that cannot be written."""
    try:
        portals = known_portals(workspace.settings)
        for removed in set(workspace.ledger.coverage.portals()) - portals.keys() - {FILES}:
            record_coverage(removed, None, workspace, Run(run_id, parser_version()))
        publish_dimensions(workspace, portals.values())
    except Exception as error:  # noqa: BLE001 (whatever it was, the alarms of the run are sent)
        _log.error("the dimension tables could not be written", exc_info=error)
        outcome.alarm("", "damaged", f"the dimension tables could not be written: {error}")
    workspace.ledger.runs.end(run_id, outcome.numbers, [asdict(alarm) for alarm in outcome.alarms])
    send_alarms(flow, run_id, outcome, workspace.settings.alarm_urls)
