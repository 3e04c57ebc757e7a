"""The evidence: every fetched body under its SHA-256, and a line for every fetch.

Owns the names of captures and the journal of fetches. A body is there whole or not at all, and is never changed or
removed. Must not know what a body means.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from extractors.archive.stores import open_store
from extractors.web.response import FetchOutcome
from nianbao import NianbaoError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DamagedCapture(NianbaoError):
    """A capture that is missing, or whose bytes are not those that were put."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One fetch for the journal; `url` is the request's key, `sha256` is None where there was no body."""

    url: str
    final_url: str
    fetched_at: datetime
    status: int | None
    outcome: FetchOutcome
    headers: dict[str, str]
    sha256: str | None
    portal: str


_FIELDS = tuple(field.name for field in fields(JournalEntry))


class Archive:
    """Captures at `sha256/ab/cd/<sha256>`, the journal at `fetches/<yyyy-mm-dd>.jsonl` (UTC), below a path or URL."""

    def __init__(self, place: str | Path) -> None:
        self._store = open_store(place)
        self._locks = [threading.Lock() for _ in range(256)]

    def put(self, body: bytes) -> tuple[str, bool]:
        """Keep `body`; its SHA-256 and whether it was new. A damaged copy is replaced, and is not new."""
        sha256 = hashlib.sha256(body).hexdigest()
        with self._locks[int(sha256[:2], 16)]:
            held = self._held(sha256)
            if held != body:
                self._store.write(_path(sha256), body)
        return sha256, held is None

    def flush(self) -> None:
        """Make every body that was put outlast a failure of power; before that, `get` may find one damaged.

        Due before anything is published that rests on them. Until then the portal has them still, and a damaged body is
        fetched and put again.
        """
        self._store.flush()

    def get(self, sha256: str) -> bytes:
        """The body with this SHA-256; raises DamagedCapture where it is missing or was altered."""
        body = self._held(sha256)
        place = self._store.uri(_path(sha256))
        if body is None:
            raise DamagedCapture(f"{place} is missing; restore it, or crawl its portal again")
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedCapture(f"{place} is damaged; restore it, or remove it and crawl its portal again")
        return body

    def log(self, fetch: JournalEntry) -> None:
        """Append one line to the journal of the day (UTC) of the fetch."""
        told = {name: getattr(fetch, name) for name in _FIELDS} | {"fetched_at": fetch.fetched_at.isoformat()}
        line = json.dumps(told, ensure_ascii=False)
        self._store.append(f"fetches/{fetch.fetched_at:%Y-%m-%d}.jsonl", f"{line}\n".encode())

    def fetches(self, torn: Callable[[str], None], since: date | None = None) -> Iterator[JournalEntry]:
        """Every fetch of the journal from a day on, day by day.

        `torn` is told the place of each line that its writer left half: the ledger knows nothing of such a fetch.
        """
        for name in self._store.names("fetches"):
            if not name.endswith(".jsonl") or (since and name.rpartition("/")[2][:10] < since.isoformat()):
                continue
            with self._store.open(name) as lines:
                for number, line in enumerate(lines, 1):
                    fetch = _parsed(line)
                    if fetch is not None:
                        yield fetch
                    elif line.strip():
                        torn(f"{self._store.uri(name)}, line {number}")

    def captures(self) -> Iterator[str]:
        """SHA-256 of every capture, in order; files left by a writer that was killed are no captures."""
        for start in range(256):  # not all names at once: an archive holds millions
            for path in self._store.names(f"sha256/{start:02x}"):
                if _SHA256.fullmatch(path.rpartition("/")[2]):
                    yield path.rpartition("/")[2]

    def _held(self, sha256: str) -> bytes | None:
        try:
            with self._store.open(_path(sha256)) as file:
                return file.read()
        except FileNotFoundError:
            return None


def _path(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _parsed(line: bytes) -> JournalEntry | None:
    """The fetch that a line of the journal tells; None for half a line."""
    try:
        told: Any = json.loads(line)
    except ValueError:  # also where a character was cut in two
        return None
    if not isinstance(told, dict) or told.keys() != set(_FIELDS):
        return None
    return JournalEntry(**told | {"fetched_at": datetime.fromisoformat(told["fetched_at"])})
