"""One module per kind of file; each turns bytes into one or more documents, the cheapest reading first.

A module is a `Format`, or an `ArchiveFormat` if its files contain others. `extractors.reader` finds it by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

from extractors.document import Document

ReadMember = Callable[[bytes], Iterator[Document]]
"""Reads one member of an archive, whatever its kind."""


@runtime_checkable
class Format(Protocol):
    """A module that reads files of the kinds `MEDIA_TYPES`, which `extractors.media_type` recognises."""

    MEDIA_TYPES: frozenset[str]

    def read(self, body: bytes, content_type: str | None = None) -> Iterator[Document]:
        """Yield the readings of a file in the order of their cost, each made only when it is asked for.

        `content_type` is the server's header, for the charset of text. Raise Unreadable if the file cannot be read.
        """


@runtime_checkable
class ArchiveFormat(Protocol):
    """A module that reads files which contain other files, such as zip archives."""

    MEDIA_TYPES: frozenset[str]

    def unpack(self, body: bytes, read_member: ReadMember) -> Iterator[Document]:
        """Yield the readings of the members. Raise Unreadable if no member can be read."""
