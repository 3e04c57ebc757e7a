"""The evidence: every fetched body under its SHA-256, and a line for every fetch.

Owns the names of captures and the journal of fetches. A body is stored whole or not at all, and is never changed or
removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Protocol

from extractors.web.response import FetchOutcome
from nianbao import NianbaoError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class CaptureStore(Protocol):
    """What the archive needs of the store that holds it; paths have forward slashes."""

    def uri(self, path: str) -> str:
        """Return what people call the file at `path`."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield the lines of a file without holding all of it. Raise FileNotFoundError if there is none."""

    def write_unflushed(self, path: str, data: bytes) -> None:
        """Put a file at `path`, whole or not at all, in place of what was there; `flush` makes it durable."""

    def append(self, path: str, line: bytes) -> None:
        """Add a line with its newline to the log `<name>.jsonl`, which `names` may list as several files."""

    def flush(self) -> None:
        """Make durable what was written and appended."""

    def names(self, folder: str) -> Iterable[str]:
        """Return the paths of all files below a folder, in order; none if there is no such folder."""


class DamagedCapture(NianbaoError):
    """A capture or a part of the journal that is missing, or a capture whose bytes were altered."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One fetch for the journal; `url` is the request's key, `sha256` is None if there was no body.

    With another outcome than ok, `sha256` is that of what came of a body that is not whole.
    """

    url: str
    final_url: str
    fetched_at: datetime
    status: int | None
    outcome: FetchOutcome
    headers: dict[str, str]
    sha256: str | None
    portal: str

    @property
    def body_sha256(self) -> str | None:
        """The SHA-256 of the body if it is whole."""
        return self.sha256 if self.outcome == "ok" else None


_FIELDS = tuple(field.name for field in fields(JournalEntry))


class Archive:
    """Captures at `sha256/ab/cd/<sha256>`, and the journal at `fetches/<yyyy-mm-dd>.jsonl` (UTC), in a store."""

    def __init__(self, store: CaptureStore) -> None:
        self._store = store
        self._locks = [threading.Lock() for _ in range(256)]

    def put(self, body: bytes) -> tuple[str, bool]:
        """Store `body`; return its SHA-256 and whether it was new. A damaged copy is replaced, and is not new."""
        sha256 = hashlib.sha256(body).hexdigest()
        with self._locks[int(sha256[:2], 16)]:
            stored = self._store.read(_path(sha256))
            if stored != body:
                self._store.write_unflushed(_path(sha256), body)
        return sha256, stored is None

    def flush(self) -> None:
        """Make every stored body and journal line durable, so that they outlast a power failure.

        Call it before publishing anything that rests on them. Bodies are not flushed one by one as they come, because
        that would delay the next request. Until the flush the portal still has each body, and one that `get` finds
        damaged is fetched and put again.
        """
        self._store.flush()

    def get(self, sha256: str) -> bytes:
        """Return the body with this SHA-256; raise DamagedCapture if it is missing or was altered."""
        body = self._store.read(_path(sha256))
        place = self._store.uri(_path(sha256))
        if body is None:
            raise DamagedCapture(f"{place} is missing; restore it, or crawl its portal again")
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedCapture(f"{place} is damaged; restore it, or remove it and crawl its portal again")
        return body

    def log(self, fetches: Iterable[JournalEntry]) -> None:
        """Append a line for each fetch to the journal of its day (UTC), those of a day in one write."""
        for day, of_day in groupby(fetches, lambda fetch: fetch.fetched_at.astimezone(UTC).date()):
            self._store.append(f"fetches/{day}.jsonl", "".join(map(_line, of_day)).encode())

    def fetches(self, torn: Callable[[str], None], since: date | None = None) -> Iterator[JournalEntry]:
        """Yield every fetch of the journal from the day `since` on, day by day.

        `torn` is called with the place of each incomplete line, whose writer was interrupted: the ledger knows nothing
        of such a fetch. Raise DamagedCapture if a file of the journal vanishes meanwhile.
        """
        for name in self._store.names("fetches"):
            if not name.endswith(".jsonl") or (since and name.rpartition("/")[2][:10] < since.isoformat()):
                continue
            for number, line in enumerate(self._lines(name), 1):
                fetch = _parse_line(line)
                if fetch is not None:
                    yield fetch
                elif line.strip():
                    torn(f"{self._store.uri(name)}, line {number}")

    def _lines(self, journal: str) -> Iterator[bytes]:
        try:
            yield from self._store.lines(journal)
        except FileNotFoundError as error:
            raise DamagedCapture(f"{self._store.uri(journal)} vanished while the journal was read") from error

    def captures(self) -> Iterator[str]:
        """Yield the SHA-256 of every capture, in order; files that a killed writer left are not captures."""
        for start in range(256):  # not all names at once: an archive holds millions
            for path in self._store.names(f"sha256/{start:02x}"):
                if _SHA256.fullmatch(path.rpartition("/")[2]):
                    yield path.rpartition("/")[2]


def _path(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _line(fetch: JournalEntry) -> str:
    values = {name: getattr(fetch, name) for name in _FIELDS} | {"fetched_at": fetch.fetched_at.isoformat()}
    return f"{json.dumps(values, ensure_ascii=False)}\n"


def _parse_line(line: bytes) -> JournalEntry | None:
    """Return the fetch in a line of the journal; None for an incomplete line."""
    try:
        values: Any = json.loads(line)
    except ValueError:  # also if the line ends within a character
        return None
    if not isinstance(values, dict) or values.keys() != set(_FIELDS):
        return None
    return JournalEntry(**values | {"fetched_at": datetime.fromisoformat(values["fetched_at"])})
