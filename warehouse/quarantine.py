"""Bytes that nobody could read or place, kept with the reason until someone looks.

Owns the folders `<root>/<sha256[:2]>/<sha256>/`: `original` holds the bytes, `entry.json` what is known of them.
Must not judge: whoever puts bytes here says why.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from warehouse.files import locked, remove_leftovers, write_whole

# Enough to sort a quarantine by; the warehouse may not import the extractors, which tell many more apart.
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"<", "text/html"),
)


class Entry(BaseModel):
    """What is known of quarantined bytes; name, source, reason and first_seen are those of their first arrival."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    name: str
    source: str
    reason: str
    media: str
    first_seen: AwareDatetime
    last_seen: AwareDatetime


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The quarantine in one folder, which is made when the first bytes arrive."""

    root: Path

    def put(self, name: str, data: bytes, reason: str, when: datetime, source: str) -> Path:
        """Keep bytes and why they are here; return their folder. The same bytes again only refresh `last_seen`.

        `when` has a time zone; pydantic.ValidationError where it has none, before anything is written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        arrived = Entry(
            sha256=sha256,
            name=name,
            source=source,
            reason=reason,
            media=_media(data),
            first_seen=when,
            last_seen=when,
        )
        folder = self.root / sha256[:2] / sha256
        path = folder / "entry.json"
        with locked(self.root / ".lock"):
            entry = _refreshed(_read(path), when) if path.exists() else arrived
            for file in (folder / "original", path):
                remove_leftovers(file)
            if not path.exists():
                write_whole(folder / "original", data)
            write_whole(path, entry.model_dump_json(indent=2).encode() + b"\n")
        return folder

    def entries(self) -> list[Entry]:
        """All entries, the first that arrived first."""
        found = (_read(path) for path in self.root.glob("*/*/entry.json"))
        return sorted(found, key=lambda entry: (entry.first_seen, entry.sha256))


def _read(path: Path) -> Entry:
    return Entry.model_validate_json(path.read_bytes())


def _refreshed(entry: Entry, when: datetime) -> Entry:
    return entry.model_copy(update={"last_seen": max(entry.last_seen, when)})


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
