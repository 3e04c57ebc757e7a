"""Files and folders of this machine that outlast a crash and a power failure.

Owns the names of files that are still being written: `.<name>.<unique>` in the same folder, which readers never match.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_aside(path: Path, data: bytes, *, flush: bool) -> Path:
    """Write what will become `path` to a file next to it; return that file. Nothing is left if writing fails."""
    make_folder(path.parent, flush=flush)
    aside = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with aside.open("xb") as handle:
            handle.write(data)
            handle.flush()
            if flush:
                os.fsync(handle.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def remove_asides(path: Path) -> None:
    """Remove every file that an interrupted `write_aside` left for `path`."""
    if path.parent.is_dir():
        start = f".{path.name}."
        for name in os.listdir(path.parent):  # noqa: PTH208 (ten times as quick, and publishing asks for every file)
            if name.startswith(start):
                (path.parent / name).unlink()


def make_folder(folder: Path, *, flush: bool) -> None:
    """Make a folder and its missing parents; with `flush`, make each new name durable in its parent."""
    if not folder.is_dir():
        make_folder(folder.parent, flush=flush)
        folder.mkdir(exist_ok=True)
        if flush:
            sync(folder.parent)


def sync(path: Path) -> None:
    """Flush a file's contents, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def missing_newline(log: Path) -> bytes:
    """Return the newline that a log lacks because its last writer was interrupted; empty if its last line is whole.

    Makes the file if there is none.
    """
    with log.open("ab+") as file:
        if file.tell() == 0:
            return b""
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"
