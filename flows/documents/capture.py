"""A capture: the body of one fetched response, or one file from disk, with what the ledger knows of its address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from extractors.html.page_parts import PageParts, read_parts
from extractors.media_type import HTML, media_type_of

if TYPE_CHECKING:  # the ledger's records import the web, which `nianbao extract` does without
    from flows.ledger.records import Address

FILES = "files"
"""Stands for the portal of captures that came from disk."""


@dataclass(frozen=True)
class Capture:
    """One response with a body: what the archive contains under `sha256`, and what the ledger knows of its address.

    `content_type` is the server's header; `media_type` comes from the bytes.
    """

    url: str
    body: bytes
    sha256: str
    content_type: str | None
    address: Address

    @cached_property
    def media_type(self) -> str:
        """The media type of the bytes."""
        return media_type_of(self.body)

    @property
    def is_page(self) -> bool:
        """Whether the capture is a web page."""
        return self.media_type == HTML

    @cached_property
    def parts(self) -> PageParts:
        """The files and pictures of a page, none of other documents.

        This parses the page. Its reader returns them too: ask here only if the page is not read.
        """
        return read_parts(self.body, self.content_type, self.url) if self.is_page else PageParts()
