"""Alarms → an address of the user's, as one JSON object by POST.

Owns its form and its patience: a receiver that is down, does not answer or asks to wait costs a minute at most, and
never fails the run. Must not log the address, whose path or query is a secret with most receivers: only its host.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from http import HTTPStatus
from threading import Thread

import urllib3
from urllib3.exceptions import HTTPError

from flows.runs.result import RunResult
from flows.settings import Settings

PATIENCE = 60.0
"""Seconds that the run waits for the receiver in all, however slowly that one answers."""
_PAUSES = (0.0, 2.0, 4.0)
"""Seconds before each further attempt. They are made here since urllib3 logs the address with each of its own."""
_AGAIN = frozenset({429, 500, 502, 503, 504})
_TIMEOUT = urllib3.Timeout(total=10)
_log = logging.getLogger(__name__)


def send_alarms(flow: str, run_id: str, outcome: RunResult, settings: Settings) -> None:
    """Sends the alarms of a run with its counts, where there are any and a webhook is set; says so where it cannot."""
    if not settings.webhook_url or not outcome.alarms:
        return
    told = {
        "flow": flow,
        "run_id": run_id,
        "alarms": [asdict(alarm) for alarm in outcome.alarms],
        "counts": outcome.numbers,
    }
    address, host = str(settings.webhook_url), settings.webhook_url.host
    sending = Thread(target=_send, args=(address, host, told), daemon=True)
    sending.start()
    sending.join(PATIENCE)
    if sending.is_alive():
        _warn(host, f"it has not answered after {PATIENCE:g} s")


def _send(address: str, host: str | None, told: dict[str, object]) -> None:
    """Says why, where no attempt succeeds."""
    trouble = _try(address, told)
    for pause in _PAUSES:
        if not isinstance(trouble, HTTPError) and trouble not in _AGAIN:
            break
        time.sleep(pause)
        trouble = _try(address, told)
    if isinstance(trouble, HTTPError):
        _warn(host, type(trouble).__name__)
    elif not HTTPStatus.OK <= trouble < HTTPStatus.MULTIPLE_CHOICES:
        _warn(host, f"it answered HTTP {trouble}")


def _try(address: str, told: dict[str, object]) -> int | HTTPError:
    """The status of the answer, whose body nobody waits for, or why there is none."""
    try:
        with urllib3.PoolManager(timeout=_TIMEOUT) as pool:
            answer = pool.request("POST", address, json=told, retries=False, redirect=False, preload_content=False)
            answer.close()
    except HTTPError as error:
        return error
    return answer.status


def _warn(host: str | None, reason: str) -> None:
    _log.warning("the alarms could not be sent to NIANBAO_WEBHOOK_URL (%s): %s", host, reason)
