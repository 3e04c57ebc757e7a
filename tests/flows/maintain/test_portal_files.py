"""Keys of portal files that an earlier version wrote are renamed; the rest of a file stays as it is."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from flows.maintain import portal_files
from flows.maintain.portal_files import rename_portal_keys
from nianbao import atomic_write

OLD = "# ours\nid: old  # columns: none\n'columns':\n- http://127.0.0.1:9/columns:1/\nnotes: |\n  columns: two\n"
NEW = OLD.replace("'columns':", "list_pages:")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "portals" / "old.yml"
    path.parent.mkdir()
    path.write_text(OLD, "utf-8")
    return path


@pytest.mark.parametrize("key", ["'columns'", '"columns"', "columns"])
def test_keys_are_renamed_once_quoted_or_not(path: Path, key: str) -> None:
    before = OLD.replace("'columns'", key)
    path.write_text(before, "utf-8")
    assert rename_portal_keys(path.parent, dry=True).done == [f"{path}: would rename columns to list_pages"]
    assert path.read_text("utf-8") == before
    assert rename_portal_keys(path.parent, dry=False).done == [f"{path}: renamed columns to list_pages"]
    assert path.read_text("utf-8") == NEW
    assert rename_portal_keys(path.parent, dry=False).done == []


def test_a_file_that_cannot_be_written_is_damage_and_stops_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = path.with_name("other.yml")
    other.write_text(OLD, "utf-8")

    def write(file: Path) -> object:
        if file == path:
            raise OSError(errno.EROFS, "Read-only file system")
        return atomic_write(file)

    monkeypatch.setattr(portal_files, "atomic_write", write)
    step = rename_portal_keys(path.parent, dry=False)
    assert step.damaged == [f"{path}: the keys cannot be renamed (Read-only file system)"]
    assert (path.read_text("utf-8"), other.read_text("utf-8")) == (OLD, NEW)
