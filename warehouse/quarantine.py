"""Bytes that nobody could read or place, kept with the reason until someone looks or a later parser reads them.

Owns the files `<sha256[:2]>/<sha256>/original`, the bytes, and `entry.<…>.json` beside it, what is known of them from
each of their sources. Must not judge: whoever puts bytes here says why, and whoever could read them takes them out.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from nianbao import NianbaoError
from warehouse.storage.store import Store

_LOCK = "quarantine"
_FILE = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})/(?:entry\.[0-9a-f]{16}\.json|original)")
# Enough to sort a quarantine by; the warehouse may not import the extractors, which tell many more apart.
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"<", "text/html"),
)


class QuarantineError(NianbaoError):
    """An entry that is not there, or not as it was put."""


class Origin(BaseModel):
    """Where bytes came from, and what was known of them there: enough to read them again as they were read.

    `source` is their address, `listed_at` that of the list's entry which led to them; jurisdiction, agency and year
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
    """Quarantined bytes from one source: origin and reason of their last arrival, and when they first came from there.

    The same bytes from two sources are two entries: each tells where to look, and is read again as it was there.
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
        """Its file."""
        return _path(self.sha256, self.origin.source)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The quarantine in one store, which is made when the first bytes arrive."""

    store: Store

    def put(self, data: bytes, origin: Origin, reason: str, when: datetime) -> QuarantineRecord:
        """Keep bytes and why they are here.

        The same bytes from the same source again keep `first_seen` and take origin and reason anew. `when` has a time
        zone; pydantic.ValidationError where it has none, before anything is written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        entry = QuarantineRecord(
            sha256=sha256,
            size=len(data),
            media=_media(data),
            reason=reason,
            origin=origin,
            first_seen=when,
            last_seen=when,
        )
        with self.store.lock(_LOCK):
            former = self.find(entry)
            if former is not None:
                later = max(former.last_seen, when)
                entry = entry.model_copy(update={"first_seen": min(former.first_seen, when), "last_seen": later})
            for path in (_original(sha256), entry.path):
                self.store.remove_partial(path)
            if self.store.read(_original(sha256)) != data:
                self.store.write(_original(sha256), data)
            self.store.write(entry.path, entry.model_dump_json(indent=2).encode() + b"\n")
        return entry

    def entries(self, start: str = "") -> list[QuarantineRecord]:
        """All entries, or those whose SHA-256 begins like this, by their arrival. Raises QuarantineError."""
        files = [path for path, sha256 in self._files() if path.endswith(".json") and sha256.startswith(start)]
        found = map(self._read, files)
        return sorted(filter(None, found), key=lambda entry: (entry.first_seen, entry.sha256, entry.origin.source))

    def document(self, start: str) -> list[QuarantineRecord]:
        """The entries of bytes whose SHA-256 begins like this. Raises QuarantineError unless exactly one does."""
        found = self.entries(start)
        if len(documents := {entry.sha256 for entry in found}) != 1:
            many = f"{len(documents)} documents begin" if found else "no document begins"
            raise QuarantineError(f"{many} with {start}: `nianbao quarantine list` shows all")
        return found

    def find(self, entry: QuarantineRecord) -> QuarantineRecord | None:
        """The entry as it is now; None where it was taken out. Raises QuarantineError."""
        return self._read(entry.path)

    def original(self, sha256: str) -> bytes:
        """The bytes of an entry. Raises QuarantineError where they are missing or were altered."""
        data = self.store.read(_original(sha256))
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            fault = "missing" if data is None else "damaged"
            raise QuarantineError(f"{self.uri(sha256)} is {fault}: the archive should hold these bytes as well")
        return data

    def uri(self, sha256: str) -> str:
        """Where the bytes of an entry are."""
        return self.store.uri(_original(sha256))

    def remove(self, entry: QuarantineRecord) -> None:
        """Take an entry out, and its bytes with their last one: these stay in the archive alone."""
        with self.store.lock(_LOCK):
            self.store.remove(entry.path)
            self._drop_unexplained(entry.sha256)

    def orphans(self) -> list[str]:
        """SHA-256 of bytes without an entry: their writer died before it could say why they are here."""
        files = self._files()
        explained = {sha256 for path, sha256 in files if path.endswith(".json")}
        return sorted({sha256 for _, sha256 in files} - explained)

    def remove_orphan(self, sha256: str) -> None:
        """Take out bytes that have no entry."""
        with self.store.lock(_LOCK):
            self._drop_unexplained(sha256)

    def _drop_unexplained(self, sha256: str) -> None:
        original = _original(sha256)
        if not any(path.endswith(".json") for path, _ in self._files(original.rpartition("/")[0])):
            self.store.remove(original)

    def _read(self, path: str) -> QuarantineRecord | None:
        data = self.store.read(path)
        try:
            return QuarantineRecord.model_validate_json(data) if data is not None else None
        except ValidationError as error:
            place = self.store.uri(path)
            raise QuarantineError(f"{place} cannot be read: remove it, and read its report again") from error

    def _files(self, folder: str = "") -> list[tuple[str, str]]:
        """Path and SHA-256 of all files of documents."""
        found = (_FILE.fullmatch(path) for path in self.store.names(folder))
        return [(match[0], match[1]) for match in found if match]


def _path(sha256: str, source: str) -> str:
    return f"{sha256[:2]}/{sha256}/entry.{hashlib.sha256(source.encode()).hexdigest()[:16]}.json"


def _original(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}/original"


def _media(data: bytes) -> str:
    """Coarse media type by magic bytes.

    >>> _media(b"%PDF-1.7")
    'application/pdf'
    """
    if not data:
        return "application/x-empty"
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, media in _SIGNATURES:
        if start.startswith(signature):
            return media
    return "text/plain" if b"\0" not in data[:1024] else "application/octet-stream"
