from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from warehouse.quarantine import Entry, Quarantine

NOW = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def test_bytes_are_kept_under_their_hash_with_the_reason(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "quarantine")
    data = b"%PDF-1.7 torn"
    folder = quarantine.put("年报.pdf", data, "truncated PDF", NOW, "https://example.org/a.pdf")
    digest = hashlib.sha256(data).hexdigest()
    assert folder == tmp_path / "quarantine" / digest[:2] / digest
    assert (folder / "original").read_bytes() == data
    assert json.loads((folder / "entry.json").read_text(encoding="utf-8")) == {
        "sha256": digest,
        "name": "年报.pdf",
        "source": "https://example.org/a.pdf",
        "reason": "truncated PDF",
        "media": "application/pdf",
        "first_seen": "2025-03-01T02:00:00Z",
        "last_seen": "2025-03-01T02:00:00Z",
    }


def test_the_same_bytes_again_only_refresh_last_seen(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    folder = quarantine.put("a.txt", b"text", "no report", NOW, "a")
    stamp = (folder / "original").stat().st_mtime_ns
    quarantine.put("b.txt", b"text", "another reason", LATER, "b")
    quarantine.put("c.txt", b"text", "out of order", NOW, "c")
    (entry,) = quarantine.entries()
    assert (entry.name, entry.reason, entry.source) == ("a.txt", "no report", "a")
    assert (entry.first_seen, entry.last_seen) == (NOW, LATER)
    assert (folder / "original").stat().st_mtime_ns == stamp


def test_entries_come_by_arrival_and_what_a_crash_left_is_no_entry(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    assert quarantine.entries() == []
    quarantine.put("late", b"late", "r", LATER, "s")
    folder = quarantine.put("early", b"early", "r", NOW, "s")
    (folder / ".entry.json.0123").write_bytes(b"{")
    torn = tmp_path / "00" / ("0" * 64)
    torn.mkdir(parents=True)
    (torn / "original").write_bytes(b"")
    assert [entry.name for entry in quarantine.entries()] == ["early", "late"]
    quarantine.put("early", b"early", "r", NOW, "s")
    assert sorted(path.name for path in folder.iterdir()) == ["entry.json", "original"]


def test_a_time_without_zone_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Quarantine(tmp_path / "quarantine").put("a", b"a", "r", NOW.replace(tzinfo=None), "s")
    assert not (tmp_path / "quarantine").exists()


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (b"", "application/x-empty"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"PK\x03\x04...", "application/zip"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "text/html"),
        ("一、总体情况".encode("gbk"), "text/plain"),
        (b"\x01\x00\x02", "application/octet-stream"),
    ],
)
def test_media_by_magic_bytes(tmp_path: Path, data: bytes, media: str) -> None:
    Quarantine(tmp_path).put("file.pdf", data, "r", NOW, "s")
    (entry,) = Quarantine(tmp_path).entries()
    assert entry.media == media
    assert isinstance(entry, Entry)
