"""A data root must be writable only if something of its own is created in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.data_root import prepare_data_root
from flows.settings import Settings


def test_only_a_root_that_gets_files_of_its_own_must_be_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    elsewhere = Settings(
        data_root=tmp_path, ledger_url="postgresql+psycopg://host/ledger", archive_url="s3://nianbao/a"
    )
    with pytest.raises(OSError, match="set NIANBAO_DATA_ROOT to a folder that you may write to"):
        prepare_data_root(elsewhere)
    for name in ("warehouse", "quarantine"):
        (tmp_path / name).mkdir()
    prepare_data_root(elsewhere)
    with pytest.raises(OSError, match="cannot be written"):
        prepare_data_root(Settings(data_root=tmp_path, archive_url="s3://nianbao/a"))
