"""Bytes that nobody could read or place, kept with the reason until someone looks or a later parser reads them.

Owns the files `<sha256[:2]>/<sha256>/original`, the bytes, and `entry.json` beside it, what is known of them. Must not
judge: whoever puts bytes here says why, and whoever could read them takes them out.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from warehouse.store import Store

_LOCK = "quarantine"
_FILE = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})/(entry\.json|original)")
# Enough to sort a quarantine by; the warehouse may not import the extractors, which tell many more apart.
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"<", "text/html"),
)


class QuarantineError(ValueError):
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


class Entry(BaseModel):
    """What is known of quarantined bytes: origin and reason of their last arrival, and when they first came."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    size: int
    media: str
    reason: str
    origin: Origin
    first_seen: AwareDatetime
    last_seen: AwareDatetime


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The quarantine in one store, which is made when the first bytes arrive."""

    store: Store

    def put(self, data: bytes, origin: Origin, reason: str, when: datetime) -> Entry:
        """Keep bytes and why they are here. The same bytes again keep `first_seen` and take origin and reason anew.

        `when` has a time zone; pydantic.ValidationError where it has none, before anything is written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        entry = Entry(
            sha256=sha256,
            size=len(data),
            media=_media(data),
            reason=reason,
            origin=origin,
            first_seen=when,
            last_seen=when,
        )
        with self.store.lock(_LOCK):
            former = self.find(sha256)
            if former is not None:
                later = max(former.last_seen, when)
                entry = entry.model_copy(update={"first_seen": min(former.first_seen, when), "last_seen": later})
            for path in (_original(sha256), _path(sha256)):
                self.store.mend(path)
            if former is None:
                self.store.write(_original(sha256), data)
            self.store.write(_path(sha256), entry.model_dump_json(indent=2).encode() + b"\n")
        return entry

    def entries(self) -> list[Entry]:
        """All entries, the first that arrived first. Raises QuarantineError for one that cannot be read."""
        found = [self.find(sha256) for sha256, name in self._files() if name == "entry.json"]
        return sorted((one for one in found if one), key=lambda entry: (entry.first_seen, entry.sha256))

    def entry(self, start: str) -> Entry:
        """The entry whose SHA-256 begins like this. Raises QuarantineError where there is none, or several."""
        found = sorted({sha256 for sha256, name in self._files() if name == "entry.json" and sha256.startswith(start)})
        if len(found) != 1:
            many = f"{len(found)} entries begin" if found else "no entry begins"
            raise QuarantineError(f"{many} with {start}: `nianbao quarantine list` shows all")
        entry = self.find(found[0])
        if entry is None:
            raise QuarantineError(f"{start} has just been taken out of quarantine")
        return entry

    def find(self, sha256: str) -> Entry | None:
        """The entry of bytes with this SHA-256; None where there is none. Raises QuarantineError."""
        data = self.store.read(_path(sha256))
        try:
            return Entry.model_validate_json(data) if data is not None else None
        except ValidationError as error:
            place = self.store.place(_path(sha256))
            raise QuarantineError(f"{place} cannot be read: remove its folder, and read its report again") from error

    def original(self, sha256: str) -> bytes:
        """The bytes of an entry. Raises QuarantineError where they are missing or were altered."""
        data = self.store.read(_original(sha256))
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            fault = "missing" if data is None else "damaged"
            raise QuarantineError(f"{self.place(sha256)} is {fault}: the archive should hold these bytes as well")
        return data

    def place(self, sha256: str) -> str:
        """Where the bytes of an entry are."""
        return self.store.place(_original(sha256))

    def remove(self, sha256: str) -> None:
        """Take an entry out; its bytes stay in the archive alone."""
        with self.store.lock(_LOCK):
            self.store.remove(_path(sha256))
            self.store.remove(_original(sha256))

    def orphans(self) -> list[str]:
        """SHA-256 of bytes without an entry: their writer died before it could say why they are here."""
        files = self._files()
        explained = {sha256 for sha256, name in files if name == "entry.json"}
        return sorted({sha256 for sha256, _ in files} - explained)

    def _files(self) -> list[tuple[str, str]]:
        found = (_FILE.fullmatch(path) for path in self.store.names(""))
        return [(match[1], match[2]) for match in found if match]


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}/entry.json"


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
