"""Runs a Prefect flow inside this process, on the configured server or an ephemeral one.

Owns the quiet: Prefect's own log does not reach a user of `nianbao`. Must not know what the flow does.
"""

from __future__ import annotations

import os

from flows.outcome import Outcome
from flows.progress import display

_DEFAULTS = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The first start makes a database: 10 s at best, longer on a busy machine than Prefect's 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}


def run_nightly(portals: list[str] | None, year: int | None) -> Outcome:
    """The outcome of the nightly flow for some portals, with its failures; settings come from the environment.

    Prefect is imported here and not before: it takes seconds, and reads its settings when it is imported.
    """
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    display().show("start the flow engine", 0, 1)
    from flows.nightly import RunFailed, nightly

    try:
        return nightly(portals, year)
    except RunFailed as error:
        return error.outcome
