"""A folder that records which of its files are opened, for tests of what a question reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fsspec
import pyarrow.fs
from fsspec.implementations.dirfs import DirFileSystem

from warehouse.storage.store import Folder


class Watched(pyarrow.fs.FSSpecHandler):  # type: ignore[misc]
    """Records every file that is opened."""

    def __init__(self, files: fsspec.AbstractFileSystem) -> None:
        super().__init__(files)
        self.opened: list[str] = []

    def open_input_file(self, path: str) -> Any:
        self.opened.append(path)
        return super().open_input_file(path)


class WatchedFolder(Folder):
    """A folder of which one jurisdiction may be listed, whose files are read through a recording file system."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.handler = Watched(DirFileSystem(str(root), fsspec.filesystem("file")))

    def names(self, folder: str) -> list[str]:
        assert folder.startswith("_") or "/jurisdiction=" in folder, f"{folder} was listed"
        return super().names(folder)

    @property
    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        return pyarrow.fs.PyFileSystem(self.handler), ""
