"""Bytes → readings: which module of `formats/` reads a file, by its magic bytes.

Owns the choice of the reader and the error for what none can read. Must not read a format itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from extractors import formats
from extractors.document import Document, Unreadable
from extractors.media_type import EMPTY, media_type_of


@cache
def readers() -> dict[str, ModuleType]:
    """Media type → module of `formats/` that reads it."""
    modules = (
        importlib.import_module(f"{formats.__name__}.{info.name}") for info in pkgutil.iter_modules(formats.__path__)
    )
    return {media_type: module for module in modules for media_type in module.MEDIA_TYPES}


def read_documents(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """The readings of one file in the order of their cost; each is made only when asked for.

    Raises Unreadable for an empty file, a kind that no module of `formats/` reads, or a broken file.
    """
    media_type = media_type_of(body)
    if media_type == EMPTY:
        raise Unreadable("the file is empty")
    reader = readers().get(media_type)
    if reader is None:
        raise Unreadable(f"no reader for {media_type} (readable: {', '.join(sorted(readers()))})")
    if hasattr(reader, "unpack"):  # an archive: its members are read in turn
        yield from reader.unpack(body, read_documents)
    else:
        yield from reader.read(body, content_type)
