"""What every room shares: the root of the errors that a person can do something about, and the atomic file writer.

Imports nothing of ours, so that every room may import it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class NianbaoError(Exception):
    """An error that a person can mend; its message is one line, which names what is wrong and the remedy."""


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a single file of a user: it takes its name when the block ends, and is removed if the block fails.

    Nothing is flushed to the disk, as the user can repeat the command. Stores have a writer of their own
    (`warehouse.storage.durable`): their files must outlast a power failure, and several are put in place together.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
