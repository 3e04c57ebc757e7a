from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from extractors.archive.quarantine import Origin, Quarantine, QuarantineError
from warehouse.storage.store import Folder, open_store

NOW = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def origin(source: str, **changes: object) -> Origin:
    return Origin.model_validate({"source": source, "portal": "weihai", **changes})


@pytest.fixture(params=["folder", "bucket"])
def quarantine(request: pytest.FixtureRequest, tmp_path: Path) -> Quarantine:
    folder = request.param == "folder"
    return Quarantine(Folder(tmp_path / "quarantine") if folder else open_store(f"memory://{tmp_path.name}"))


def test_bytes_are_stored_under_their_hash_with_origin_reason_and_time(tmp_path: Path) -> None:
    data = b"%PDF-1.7 torn"
    listed = "https://example.org/a.html"
    found = origin(
        "https://example.org/a.pdf",
        content_type="application/pdf",
        listed_at=listed,
        jurisdiction="CN-371003",
        agency="文登区人民政府",
        year=2024,
        published_on=date(2025, 1, 20),
    )
    Quarantine(Folder(tmp_path)).put(data, "application/pdf", found, "truncated PDF", NOW)
    digest = hashlib.sha256(data).hexdigest()
    folder = tmp_path / digest[:2] / digest
    assert (folder / "original").read_bytes() == data
    (told,) = folder.glob("entry.*.json")
    assert json.loads(told.read_text(encoding="utf-8")) == {
        "sha256": digest,
        "size": len(data),
        "media": "application/pdf",
        "reason": "truncated PDF",
        "origin": {
            "source": "https://example.org/a.pdf",
            "portal": "weihai",
            "content_type": "application/pdf",
            "listed_at": listed,
            "jurisdiction": "CN-371003",
            "agency": "文登区人民政府",
            "year": 2024,
            "published_on": "2025-01-20",
            "corrected": False,
        },
        "first_seen": "2025-03-01T02:00:00Z",
        "last_seen": "2025-03-01T02:00:00Z",
    }


def test_the_same_bytes_again_keep_their_first_time_and_get_the_new_reason(quarantine: Quarantine) -> None:
    first = quarantine.put(b"text", "text/plain", origin("a"), "no report", LATER)
    again = quarantine.put(
        b"text", "text/plain", origin("a", agency="县政府"), "another reason", LATER + timedelta(days=1)
    )
    assert quarantine.entries() == [again]
    assert (again.reason, again.origin.agency, again.first_seen) == ("another reason", "县政府", first.first_seen)
    early = quarantine.put(b"text", "text/plain", origin("a"), "out of order", NOW)
    assert (early.first_seen, early.last_seen) == (NOW, again.last_seen)


def test_the_same_bytes_from_several_sources_have_an_entry_each(quarantine: Quarantine) -> None:
    one = quarantine.put(b"text", "text/plain", origin("a", agency="甲县"), "no report", NOW)
    two = quarantine.put(b"text", "text/plain", origin("b", agency="乙县"), "another reason", LATER)
    assert quarantine.entries() == quarantine.document(one.sha256[:8]) == [one, two]
    assert (quarantine.find(one), quarantine.find(two)) == (one, two)
    quarantine.remove(one)
    assert quarantine.entries() == [two]
    assert quarantine.original(two.sha256) == b"text"
    quarantine.remove(two)
    assert (quarantine.find(two), quarantine.entries()) == (None, [])
    assert [path for path in quarantine.store.names("") if "_locks" not in path] == []


def test_only_bytes_without_an_entry_are_removed_as_orphans(quarantine: Quarantine) -> None:
    entry = quarantine.put(b"text", "text/plain", origin("a"), "no report", NOW)
    quarantine.remove_orphan(entry.sha256)
    assert quarantine.original(entry.sha256) == b"text"
    quarantine.store.remove(entry.path)
    assert quarantine.orphans() == [entry.sha256]
    quarantine.remove_orphan(entry.sha256)
    assert [path for path in quarantine.store.names("") if "_locks" not in path] == []


def test_entries_come_by_arrival(quarantine: Quarantine) -> None:
    assert quarantine.entries() == []
    late = quarantine.put(b"late", "text/plain", origin("l"), "r", LATER)
    early = quarantine.put(b"early", "text/plain", origin("e"), "r", NOW)
    assert quarantine.entries() == [early, late]
    assert quarantine.original(early.sha256) == b"early"


def test_an_entry_is_found_by_the_start_of_its_hash_and_removed(quarantine: Quarantine) -> None:
    one = quarantine.put(b"one", "text/plain", origin("1"), "r", NOW)
    two = quarantine.put(b"two", "text/plain", origin("2"), "r", NOW)
    assert quarantine.document(one.sha256[:8]) == [one]
    with pytest.raises(QuarantineError, match="2 documents begin with : `nianbao quarantine list`"):
        quarantine.document("")
    quarantine.remove(one)
    with pytest.raises(QuarantineError, match=f"no document begins with {one.sha256}"):
        quarantine.document(one.sha256)
    assert quarantine.entries() == [two]
    quarantine.remove(one)


def test_altered_and_missing_bytes_are_reported(quarantine: Quarantine) -> None:
    entry = quarantine.put(b"bytes", "text/plain", origin("1"), "r", NOW)
    path = f"{entry.sha256[:2]}/{entry.sha256}/original"
    quarantine.store.write(path, b"other")
    with pytest.raises(QuarantineError, match=r"original is damaged: the archive"):
        quarantine.original(entry.sha256)
    quarantine.store.remove(path)
    with pytest.raises(QuarantineError, match=r"original is missing: the archive"):
        quarantine.original(entry.sha256)
    quarantine.put(b"bytes", "text/plain", origin("1"), "r", NOW)
    assert quarantine.original(entry.sha256) == b"bytes"


def test_leftovers_of_a_crash_are_no_entries(tmp_path: Path) -> None:
    quarantine = Quarantine(Folder(tmp_path))
    entry = quarantine.put(b"early", "text/plain", origin("e"), "r", NOW)
    folder = tmp_path / entry.sha256[:2] / entry.sha256
    (folder / f".{Path(entry.path).name}.0123").write_bytes(b"{")
    torn = tmp_path / "00" / ("0" * 64)
    torn.mkdir(parents=True)
    (torn / "original").write_bytes(b"")
    assert quarantine.entries() == [entry]
    assert quarantine.orphans() == ["0" * 64]
    quarantine.put(b"early", "text/plain", origin("e"), "r", NOW)
    assert sorted(path.name for path in folder.iterdir()) == [Path(entry.path).name, "original"]


def test_an_entry_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    quarantine = Quarantine(Folder(tmp_path))
    entry = quarantine.put(b"early", "text/plain", origin("e"), "r", NOW)
    (tmp_path / entry.path).write_bytes(b"{}")
    with pytest.raises(QuarantineError, match=r"entry\.[0-9a-f]{16}\.json cannot be read: remove it"):
        quarantine.entries()


def test_a_time_without_zone_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Quarantine(Folder(tmp_path / "quarantine")).put(b"a", "text/plain", origin("a"), "r", NOW.replace(tzinfo=None))
    assert not (tmp_path / "quarantine").exists()


def test_media_type_is_the_callers(quarantine: Quarantine) -> None:
    """Bytes that no parser could stand are not parsed again to be put away."""
    assert quarantine.put(b"%PDF-1.7", "application/zip", origin("a"), "r", NOW).media == "application/zip"
