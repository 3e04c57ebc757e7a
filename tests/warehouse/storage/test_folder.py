"""Folders of this machine: what a flush makes durable."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from warehouse.storage import folder as folder_module
from warehouse.storage.folder import Folder


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return what is flushed to the disk, in order."""
    paths: list[Path] = []
    monkeypatch.setattr(folder_module, "sync", paths.append)
    return paths


def test_flush_covers_files_and_the_names_of_new_folders(tmp_path: Path, synced: list[Path]) -> None:
    store = Folder(tmp_path / "archive")
    store.write_unflushed("sha256/ab/cd/abcd", b"body")
    store.append("fetches/day.jsonl", b"line\n")
    assert synced == []
    store.flush()
    root = tmp_path / "archive"
    assert sorted(synced) == [
        tmp_path,
        root,
        root / "fetches",
        root / "fetches/day.jsonl",
        root / "sha256",
        root / "sha256/ab",
        root / "sha256/ab/cd",
        root / "sha256/ab/cd/abcd",
    ]
    synced.clear()
    store.write_unflushed("sha256/ab/cd/abce", b"body")
    store.flush()
    store.flush()
    assert sorted(synced) == [root / "sha256/ab/cd", root / "sha256/ab/cd/abce"]


def test_what_could_not_be_flushed_is_flushed_by_the_next_call(
    tmp_path: Path, synced: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Folder(tmp_path)
    store.write_unflushed("a", b"body")

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "sync", full)
        with pytest.raises(OSError, match="No space left"):
            store.flush()
    store.flush()
    assert sorted(synced) == [tmp_path, tmp_path / "a"]


def test_flush_waits_for_one_that_has_taken_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Folder(tmp_path)
    store.write_unflushed("a", b"body")
    begun, release = threading.Event(), threading.Event()
    synced: list[Path] = []

    def slow(path: Path) -> None:
        begun.set()
        assert release.wait(30)
        synced.append(path)

    monkeypatch.setattr(folder_module, "sync", slow)
    first, second = threading.Thread(target=store.flush), threading.Thread(target=store.flush)
    first.start()
    assert begun.wait(30)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    release.set()
    first.join(30)
    second.join(30)
    assert sorted(synced) == [tmp_path, tmp_path / "a"]
