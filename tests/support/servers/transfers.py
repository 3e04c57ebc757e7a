"""A page as servers send it: plain or in gzip, of stated length, in chunks or until the connection ends."""

from __future__ import annotations

import gzip

from tests.support.servers.scripted import Answer

_HEAD = b"HTTP/1.%d 200 OK\r\nContent-Type: text/html\r\n"
_CHUNK = 700


def chunked(body: bytes, size: int = _CHUNK) -> bytes:
    """Return a body in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def head_of(*lines: bytes, version: int = 1) -> bytes:
    """Return a status line with header lines."""
    return _HEAD % version + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def transfers(page: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Return head and body of a page in every way in which it can be sent."""
    packed = gzip.compress(page, mtime=0)
    gzipped, in_chunks = b"Content-Encoding: gzip", b"Transfer-Encoding: chunked"
    return {
        "plain": (head_of(b"Content-Length: %d" % len(page)), page),
        "gzip": (head_of(gzipped, b"Content-Length: %d" % len(packed)), packed),
        "gzip that no header mentions": (head_of(version=0), packed),
        "chunks": (head_of(in_chunks), chunked(page)),
        "gzip in chunks": (head_of(gzipped, in_chunks), chunked(packed, 90)),
        "gzip until the end": (head_of(gzipped, version=0), packed),
        "HTTP/1.0": (head_of(version=0), page),
        "HTTP/1.0 with a length": (head_of(b"Content-Length: %d" % len(page), version=0), page),
    }


def sent(head: bytes, body: bytes) -> Answer:
    """Return an answer of exactly these bytes, after which the connection is closed."""
    return Answer(head + body, raw=True)
