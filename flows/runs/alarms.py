"""The alarms of a run → the receivers of NIANBAO_ALARM_URLS, by apprise.

Owns their two forms and the time limit: a receiver that is down, slow or asks to wait costs the run a minute at most,
and never fails it. Addresses are never logged, since most of them are secrets: only the scheme, and the host of a web
hook or mail server.

A chat or mail gets text. A web hook (`json://host/path`, or `jsons://` for TLS) gets apprise's JSON object by POST,
`{"version": "1.0", "title": …, "message": …, "attachments": [], "type": "warning"}`, whose `message` is itself the
text of a JSON object: `{"flow": …, "run_id": …, "alarms": [{"portal": …, "kind": …, "reason": …}], "counts": {…}}`.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from threading import Thread, get_ident
from urllib.parse import urlsplit

from flows.runs.result import RunResult

PATIENCE = 60.0
"""Seconds that the run waits for all receivers together, however slowly they answer."""
_PAUSES = (0.0, 2.0, 4.0)
"""Seconds before each further attempt."""
_AGAIN = frozenset({429, 500, 502, 503, 504})
"""Statuses after which another attempt may succeed."""
_MOST_ALARMS = 20
"""Alarms that a text lists: chats refuse long messages."""
_HOOKS = frozenset({"json", "jsons"})
_WITH_HOST = _HOOKS | {"mailto", "mailtos"}
"""Schemes after which a host stands; with others a token does."""
_LOGGERS = ("apprise", "urllib3.connectionpool")
"""Loggers that print addresses, at some level."""
_log = logging.getLogger(__name__)


class _Unlogged(logging.Filter):
    """Drop what the current thread logs, and keep the last HTTP status that is mentioned there."""

    def __init__(self) -> None:
        super().__init__()
        self._status: int | None = None
        self._thread = get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record comes from another thread."""
        if record.thread != self._thread:
            return True
        if found := re.search(r"error=(\d{3})\b", record.getMessage()):
            self._status = int(found[1])
        return False

    def take_status(self) -> int | None:
        """Return the last HTTP status since the call before."""
        status, self._status = self._status, None
        return status


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a receiver did not take a message, and whether another attempt may succeed."""

    reason: str
    may_pass: bool


def send_alarms(flow: str, run_id: str, result: RunResult, urls: Sequence[str]) -> None:
    """Send the alarms of a run, if there are any, to each of the receivers; log each that did not take them."""
    if not result.alarms:
        return
    title = f"nianbao {flow}: {len(result.alarms)} alarm{'s' if len(result.alarms) > 1 else ''}"
    text, data = _text(run_id, result), _data(flow, run_id, result)
    sending = [
        (url, Thread(target=_send, args=(url, title, data if _scheme(url) in _HOOKS else text), daemon=True))
        for url in urls
    ]
    for _, thread in sending:
        thread.start()
    end = time.monotonic() + PATIENCE
    for url, thread in sending:
        thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            _warn(url, f"no answer after {PATIENCE:g} s")


def _text(run_id: str, result: RunResult) -> str:
    """Return the alarms for people, a line each."""
    lines = [
        f"{alarm.portal or 'data root'}: {alarm.kind.replace('_', ' ')}: {alarm.reason}"
        for alarm in result.alarms[:_MOST_ALARMS]
    ]
    more = len(result.alarms) - len(lines)
    return "\n".join([*lines, *([f"… and {more} more"] if more else []), f"run {run_id}"])


def _data(flow: str, run_id: str, result: RunResult) -> str:
    """Return the alarms for programs, as JSON."""
    alarms = [asdict(alarm) for alarm in result.alarms]
    content = {"flow": flow, "run_id": run_id, "alarms": alarms, "counts": result.numbers}
    return json.dumps(content, ensure_ascii=False)


def _send(url: str, title: str, body: str) -> None:
    """Send one message, and log why if no attempt succeeds."""
    watch = _Unlogged()
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(watch)
    try:
        refusal = _try(url, title, body, watch)
        for pause in _PAUSES:
            if refusal is None or not refusal.may_pass:
                break
            time.sleep(pause)
            refusal = _try(url, title, body, watch)
    finally:
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(watch)
    if refusal:
        _warn(url, refusal.reason)


def _try(url: str, title: str, body: str, watch: _Unlogged) -> _Refusal | None:
    """Send a message once; return None if it was taken."""
    import apprise  # takes half a second, which only a run with alarms should cost

    kind, form = apprise.NotifyType.WARNING, apprise.NotifyFormat.TEXT
    try:
        # A redirected POST would become a GET, which delivers nothing and succeeds.
        receiver = apprise.Apprise.instantiate(url, asset=apprise.AppriseAsset(http_redirects=False))
        if receiver is None:
            return _Refusal("apprise does not understand this address", may_pass=False)
        if receiver.notify(body=body, title=title, notify_type=kind, body_format=form):
            return None
    except Exception as error:  # noqa: BLE001 (a defect of a plugin must not print an address in its traceback)
        return _Refusal(type(error).__name__, may_pass=False)
    status = watch.take_status()
    if status is None:
        return _Refusal("the receiver could not be reached", may_pass=True)
    return _Refusal(f"HTTP {status}", may_pass=status in _AGAIN)


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower()


def _warn(url: str, reason: str) -> None:
    """Log why the alarms were not sent, without the secrets of the address."""
    scheme = _scheme(url)
    try:
        host = urlsplit(url).hostname if scheme in _WITH_HOST else None
    except ValueError:  # such as an open bracket
        host = None
    _log.warning("the alarms could not be sent to %s://%s (NIANBAO_ALARM_URLS): %s", scheme, host or "…", reason)
