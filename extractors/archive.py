"""The evidence: every fetched body under its SHA-256, and a line for every fetch.

Owns the folder of captures and the journal of fetches. A body is there whole or not at all, and is never
changed or removed. Must not know what a body means.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from extractors.response import Outcome

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DamagedCapture(Exception):
    """A capture that is missing, or whose bytes are not those that were put."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One fetch for the journal; `sha256` is None where there was no body."""

    url: str
    final_url: str
    fetched_at: datetime
    status: int | None
    outcome: Outcome
    headers: dict[str, str]
    sha256: str | None
    portal: str


class Archive:
    """Captures under `<root>/sha256/ab/cd/<sha256>`, the journal under `<root>/fetches/<yyyy-mm-dd>.jsonl` (UTC)."""

    def __init__(self, root: Path) -> None:
        self._captures = root / "sha256"
        self._fetches = root / "fetches"
        self._lock = threading.Lock()

    def put(self, body: bytes) -> tuple[str, bool]:
        """Keep `body`; its SHA-256 and whether it was new. A damaged copy is replaced, and is not new."""
        sha256 = hashlib.sha256(body).hexdigest()
        path = self._path(sha256)
        with self._lock:
            known = path.exists()
            if not known or path.read_bytes() != body:
                _write_whole(path, body)
        return sha256, not known

    def get(self, sha256: str) -> bytes:
        """The body with this SHA-256; raises DamagedCapture where it is missing or was altered."""
        path = self._path(sha256)
        try:
            body = path.read_bytes()
        except FileNotFoundError as error:
            raise DamagedCapture(f"{path} is missing; restore it, or crawl its portal again") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedCapture(f"{path} is damaged; restore it, or remove it and crawl its portal again")
        return body

    def log(self, fetch: Fetch) -> None:
        """Append one line to the journal of the day (UTC) of the fetch."""
        line = json.dumps(asdict(fetch) | {"fetched_at": fetch.fetched_at.isoformat()}, ensure_ascii=False)
        self._fetches.mkdir(parents=True, exist_ok=True)
        path = self._fetches / f"{fetch.fetched_at:%Y-%m-%d}.jsonl"
        with self._lock, path.open("ab", buffering=0) as journal:  # one write, so that lines of processes stay whole
            journal.write(f"{line}\n".encode())

    def captures(self) -> Iterator[str]:
        """SHA-256 of every capture, in order; files left by a writer that was killed are no captures."""
        for path in sorted(self._captures.glob("??/??/*")):
            if _SHA256.fullmatch(path.name):
                yield path.name

    def _path(self, sha256: str) -> Path:
        return self._captures / sha256[:2] / sha256[2:4] / sha256


def _write_whole(path: Path, body: bytes) -> None:
    """Write beside the place, flush to the disc, then rename: at no moment is there half a file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
