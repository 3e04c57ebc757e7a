"""Bytes → documents: which module of `formats/` reads a file, by its media type.

Owns the choice of the module, the error for files that none can read, and that every document is in ordinary
characters.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

from extractors import formats
from extractors.characters import folded
from extractors.document import Document, Unreadable
from extractors.formats import ArchiveFormat, Format
from extractors.formats.html import read_article
from extractors.html.tree import Element
from extractors.media_type import EMPTY, media_type_of


@cache
def readers() -> dict[str, Format | ArchiveFormat]:
    """Return the module of `formats/` that reads each media type."""
    found: dict[str, Format | ArchiveFormat] = {}
    for info in pkgutil.iter_modules(formats.__path__):
        module = importlib.import_module(f"{formats.__name__}.{info.name}")
        if not isinstance(module, Format | ArchiveFormat):
            raise TypeError(f"{module.__name__} is no format: it lacks MEDIA_TYPES, or both read and unpack")
        found |= dict.fromkeys(module.MEDIA_TYPES, module)
    return found


@cache
def _namesake(media_type: str) -> Format | ArchiveFormat | None:
    """Return the module that reads a media type if it bears the name of that: then no other need be imported."""
    names = {info.name for info in pkgutil.iter_modules(formats.__path__)} & {*re.split(r"\W", media_type)}
    found = [importlib.import_module(f"{formats.__name__}.{name}") for name in sorted(names)]
    return next((module for module in found if media_type in module.MEDIA_TYPES), None)


def read_documents(body: bytes, content_type: str | None = None, media_type: str | None = None) -> Iterator[Document]:
    """Yield the readings of one file in the order of their cost; each is made only when it is asked for.

    `media_type` is that of the bytes if the caller has determined it. Raise Unreadable for an empty file, a kind that
    no module of `formats/` reads, or a broken file.
    """
    media_type = media_type or media_type_of(body)
    if media_type == EMPTY:
        raise Unreadable("the file is empty")
    reader = _namesake(media_type) or readers().get(media_type)
    if reader is None:
        raise Unreadable(f"no reader for {media_type} (readable: {', '.join(sorted(readers()))})")
    if isinstance(reader, ArchiveFormat):
        yield from reader.unpack(body, read_documents)
    else:
        yield from map(folded, reader.read(body, content_type))


def read_page(tree: Element) -> Document:
    """Return the reading of a page that is parsed already. Raise Unreadable if it shows no text."""
    return folded(read_article(tree))
