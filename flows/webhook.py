"""Alarms → an address of the user's, as one JSON object by POST.

Owns its form and its patience: a receiver that is down, does not answer or asks to wait costs a minute at most, and
never fails the run.
"""

from __future__ import annotations

import logging
from dataclasses import asdict

import urllib3
from urllib3.exceptions import HTTPError

from flows.outcome import Outcome
from flows.settings import Settings

_RETRIES = urllib3.Retry(
    total=3,
    backoff_factor=1,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=None,
    redirect=False,
    respect_retry_after_header=False,  # it may ask for hours
)
_TIMEOUT = urllib3.Timeout(total=10)
_log = logging.getLogger(__name__)


def send_alarms(flow: str, run_id: str, outcome: Outcome, settings: Settings) -> None:
    """Sends the alarms of a run with its counts, where there are any and a webhook is set; says so where it cannot."""
    if not settings.webhook_url or not outcome.alarms:
        return
    told = {
        "flow": flow,
        "run_id": run_id,
        "alarms": [asdict(alarm) for alarm in outcome.alarms],
        "counts": outcome.numbers,
    }
    address = str(settings.webhook_url)
    try:
        with urllib3.PoolManager(retries=_RETRIES, timeout=_TIMEOUT) as pool:
            answer = pool.request("POST", address, json=told)
    except HTTPError as error:
        _log.warning("the alarms could not be sent to NIANBAO_WEBHOOK_URL: %s", error)
        return
    if answer.status >= 400:
        _log.warning("the alarms could not be sent to NIANBAO_WEBHOOK_URL: it answered HTTP %s", answer.status)
