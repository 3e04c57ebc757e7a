"""The body of an answer, read within limits of size and time.

Owns the limits, and decompression that no header declares. Sends nothing: `transport` passes the stream.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from extractors.web.response import FetchOutcome

CHUNK = 65_536
_GZIP_MAGIC = b"\x1f\x8b"


class Stream(Protocol):
    """A body that is being received."""

    def read1(self, amt: int, decode_content: bool) -> bytes:
        """Return what has arrived, at most `amt` bytes before decompression; nothing at the end."""


class LimitError(Exception):
    """A body that is too large or too slow."""

    def __init__(self, outcome: FetchOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class TransferLimits:
    """The most bytes of a body after decompression, and the seconds by `clock` that an answer may take in all."""

    max_bytes: int
    total_time: float
    clock: Callable[[], float]


def read_body(stream: Stream, headers: Mapping[str, str], limits: TransferLimits, begun: float) -> bytes:
    """Return the decompressed body of an answer whose request was sent at `begun`.

    Raises LimitError, and what the stream raises if it is interrupted. `read1` returns what has arrived, so that a
    body that trickles in meets the time limit.
    """
    body = bytearray()
    while chunk := stream.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > limits.max_bytes:
            raise _too_large(limits)
        if limits.clock() - begun > limits.total_time:
            raise LimitError("unreachable", f"the body took more than {limits.total_time:g} s")
    return _unzipped(bytes(body), headers, limits)


def _unzipped(body: bytes, headers: Mapping[str, str], limits: TransferLimits) -> bytes:
    """Decompress a page inside gzip that the headers do not mention (seen at CNIPA, PORTALS §5); keep other bodies."""
    if not body.startswith(_GZIP_MAGIC) or not headers.get("content-type", "").startswith("text/"):
        return body
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        page = unzip.decompress(body, limits.max_bytes + 1)
    except zlib.error:
        return body
    if len(page) > limits.max_bytes:
        raise _too_large(limits)
    return page


def _too_large(limits: TransferLimits) -> LimitError:
    return LimitError("too_large", f"the body exceeds {limits.max_bytes:,} bytes")
