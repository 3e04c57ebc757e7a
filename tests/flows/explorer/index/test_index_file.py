"""The index's file where it is damaged, or another process has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.explorer.index.index import Index
from tests.support.warehouse.rows import HERE, report
from warehouse.publish.write import publish
from warehouse.storage.store import Folder

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    return Folder(tmp_path / "warehouse")


def file_of(store: Folder, folder: Path) -> Path:
    """Return the file of an index that was made and closed."""
    Index(store, folder).close()
    (file,) = folder.glob("explorer-*.duckdb")
    return file


@pytest.mark.parametrize("damaged", [slice(0, 50), slice(100, 150), slice(4096, 12400), slice(12388, 12400)])
def test_a_damaged_file_is_made_anew(
    store: Folder, tmp_path: Path, damaged: slice, capsys: pytest.CaptureFixture[str]
) -> None:
    file = file_of(store, tmp_path)
    content = bytearray(file.read_bytes())
    content[damaged] = b"\xff" * (damaged.stop - damaged.start)
    file.write_bytes(content)
    for _ in range(2):
        index = Index(store, tmp_path)
        assert len(index.frame("FROM reports")) == 1
        index.close()
    assert file.read_bytes()[damaged] != content[damaged]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"no database " * 1000])
def test_another_file_of_its_name_is_replaced(store: Folder, tmp_path: Path, content: bytes) -> None:
    file = file_of(store, tmp_path)
    file.write_bytes(content)
    index = Index(store, tmp_path)
    assert len(index.frame("FROM reports")) == 1
    index.close()
    assert file.stat().st_size > len(content)


def test_a_file_that_another_process_holds_is_left_alone(
    store: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = file_of(store, tmp_path)
    before = file.read_bytes()
    command = [sys.executable, "-c", HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        index = Index(store, tmp_path)
        assert len(index.frame("FROM reports")) == 1
        index.close()
        holder.communicate()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("the index is in memory")
    assert file.read_bytes() == before
