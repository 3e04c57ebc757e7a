"""Bytes that could not be read or assigned, kept with the reason until a person or a later parser handles them.

Owns the files `<sha256[:2]>/<sha256>/original`, the bytes, and next to it `entry.<…>.json`, one for each source that
the bytes came from. It does not judge: the caller gives the reason, and takes out what could be read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from nianbao import NianbaoError

_LOCK = "quarantine"
_FILE = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})/(?:entry\.[0-9a-f]{16}\.json|original)")


class QuarantineStore(Protocol):
    """What the quarantine needs of the store that holds it; paths have forward slashes."""

    def uri(self, path: str) -> str:
        """Return what people call the file at `path`."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Put a file at `path`, whole or not at all and durably, in place of what was there."""

    def remove(self, path: str) -> None:
        """Remove a file, if there is one."""

    def remove_partial(self, path: str) -> None:
        """Remove what an interrupted writer left of the file at `path`. Only for the holder of the lock."""

    def names(self, folder: str) -> Iterable[str]:
        """Return the paths of all files below a folder, in order; none if there is no such folder."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of this name alone, waiting for its holder."""


class QuarantineError(NianbaoError):
    """An entry that is missing, or was altered."""


class Origin(BaseModel):
    """Where bytes came from, and what was known of them there: enough to read them again in the same way.

    `source` is their address, and `listed_at` that of the list entry which led to them; jurisdiction, agency and year
    are those that the entry names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    portal: str
    content_type: str | None = None
    listed_at: str | None = None
    jurisdiction: str | None = None
    agency: str | None = None
    year: int | None = None
    published_on: date | None = None
    corrected: bool = False


class QuarantineRecord(BaseModel):
    """Quarantined bytes from one source: origin and reason of their last arrival, and the time of their first.

    The same bytes from two sources are two entries: each names its source, and is read again as it was there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    size: int
    media: str
    reason: str
    origin: Origin
    first_seen: AwareDatetime
    last_seen: AwareDatetime

    @property
    def path(self) -> str:
        """The path of the entry's file."""
        return _entry_path(self.sha256, self.origin.source)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The quarantine in one store, which is made when the first bytes arrive."""

    store: QuarantineStore

    def put(self, data: bytes, media: str, origin: Origin, reason: str, when: datetime) -> QuarantineRecord:
        """Store bytes, whose media type is `media`, with the reason; return their entry.

        If the same bytes came from the same source before, the entry keeps its `first_seen` and gets the new origin and
        reason. Raise pydantic.ValidationError, before anything is written, if `when` has no time zone.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        entry = QuarantineRecord(
            sha256=sha256,
            size=len(data),
            media=media,
            reason=reason,
            origin=origin,
            first_seen=when,
            last_seen=when,
        )
        with self.store.lock(_LOCK):
            earlier = self.find(entry)
            if earlier is not None:
                seen = {"first_seen": min(earlier.first_seen, when), "last_seen": max(earlier.last_seen, when)}
                entry = entry.model_copy(update=seen)
            for path in (_original_path(sha256), entry.path):
                self.store.remove_partial(path)
            if self.store.read(_original_path(sha256)) != data:
                self.store.write(_original_path(sha256), data)
            self.store.write(entry.path, entry.model_dump_json(indent=2).encode() + b"\n")
        return entry

    def entries(self, start: str = "") -> list[QuarantineRecord]:
        """Return the entries whose SHA-256 begins with `start`, by their arrival. Raise QuarantineError."""
        files = [path for path, sha256 in self._files() if path.endswith(".json") and sha256.startswith(start)]
        entries = filter(None, map(self._read, files))
        return sorted(entries, key=lambda entry: (entry.first_seen, entry.sha256, entry.origin.source))

    def document(self, start: str) -> list[QuarantineRecord]:
        """Return the entries of the one document whose SHA-256 begins with `start`.

        Raise QuarantineError unless exactly one document does.
        """
        entries = self.entries(start)
        if len(documents := {entry.sha256 for entry in entries}) != 1:
            many = f"{len(documents)} documents begin" if entries else "no document begins"
            raise QuarantineError(f"{many} with {start}: `nianbao quarantine list` shows all")
        return entries

    def find(self, entry: QuarantineRecord) -> QuarantineRecord | None:
        """Return the entry as it is now; None if it was taken out. Raise QuarantineError."""
        return self._read(entry.path)

    def original(self, sha256: str) -> bytes:
        """Return the bytes of an entry. Raise QuarantineError if they are missing or were altered."""
        data = self.store.read(_original_path(sha256))
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            fault = "missing" if data is None else "damaged"
            raise QuarantineError(f"{self.uri(sha256)} is {fault}: the archive should hold these bytes as well")
        return data

    def uri(self, sha256: str) -> str:
        """Return where the bytes of an entry are."""
        return self.store.uri(_original_path(sha256))

    def remove(self, entry: QuarantineRecord) -> None:
        """Remove an entry, and its bytes if it is their last: these remain in the archive."""
        with self.store.lock(_LOCK):
            self.store.remove(entry.path)
            self._remove_without_entry(entry.sha256)

    def orphans(self) -> list[str]:
        """Return the SHA-256 of bytes without an entry: their writer was interrupted before it wrote the reason."""
        files = self._files()
        with_entry = {sha256 for path, sha256 in files if path.endswith(".json")}
        return sorted({sha256 for _, sha256 in files} - with_entry)

    def remove_orphan(self, sha256: str) -> None:
        """Remove bytes that have no entry."""
        with self.store.lock(_LOCK):
            self._remove_without_entry(sha256)

    def _remove_without_entry(self, sha256: str) -> None:
        original = _original_path(sha256)
        if not any(path.endswith(".json") for path, _ in self._files(original.rpartition("/")[0])):
            self.store.remove(original)

    def _read(self, path: str) -> QuarantineRecord | None:
        data = self.store.read(path)
        try:
            return QuarantineRecord.model_validate_json(data) if data is not None else None
        except ValidationError as error:
            place = self.store.uri(path)
            raise QuarantineError(f"{place} cannot be read: remove it, and crawl or ingest its report again") from error

    def _files(self, folder: str = "") -> list[tuple[str, str]]:
        """Return the path and SHA-256 of every file of the quarantine's documents."""
        matches = (_FILE.fullmatch(path) for path in self.store.names(folder))
        return [(match[0], match[1]) for match in matches if match]


def _entry_path(sha256: str, source: str) -> str:
    return f"{sha256[:2]}/{sha256}/entry.{hashlib.sha256(source.encode()).hexdigest()[:16]}.json"


def _original_path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}/original"
