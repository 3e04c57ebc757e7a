"""One module per format; each writes rows while they arrive. `warehouse.export.export` finds it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Protocol, runtime_checkable

from warehouse.export.content import Content


@runtime_checkable
class Format(Protocol):
    """A module that writes files whose names end in a dot and `NAME`."""

    NAME: str
    IS_TEXT: bool
    """Whether it can be shown on standard output."""
    MOST_ROWS: int | None
    """Rows that a file can hold; None if there is no such limit."""

    def write(self, content: Content, out: IO[bytes]) -> Sequence[str]:
        """Write a file; return what of the rows it could not hold as they are, each in one line.

        Raise CannotExport if it cannot hold them at all.
        """
