"""The body of an answer, read within a limit of size.

Owns the limit, and decompression that no header declares. Sends nothing: `transport` passes the stream.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Protocol

from extractors.web.response import FetchOutcome

CHUNK = 65_536
_GZIP_MAGIC = b"\x1f\x8b"


class Stream(Protocol):
    """A body that is being received."""

    def read1(self, amt: int, decode_content: bool) -> bytes:
        """Return what has arrived, at most `amt` bytes before decompression; nothing at the end."""


class LimitError(Exception):
    """A body that is too large."""

    def __init__(self, outcome: FetchOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


def read_body(stream: Stream, headers: Mapping[str, str], most: int) -> bytes:
    """Return the decompressed body of an answer, of `most` bytes after decompression.

    Raises LimitError, and what the stream raises if it is interrupted or takes too long.
    """
    body = bytearray()
    while chunk := stream.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return _unzipped(bytes(body), headers, most)


def _unzipped(body: bytes, headers: Mapping[str, str], most: int) -> bytes:
    """Decompress a page inside gzip that the headers do not mention (seen at CNIPA, PORTALS §5); keep other bodies."""
    if not body.startswith(_GZIP_MAGIC) or not headers.get("content-type", "").startswith("text/"):
        return body
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        page = unzip.decompress(body, most + 1)
    except zlib.error:
        return body
    if len(page) > most:
        raise _too_large(most)
    return page


def _too_large(most: int) -> LimitError:
    return LimitError("too_large", f"the body exceeds {most:,} bytes")
