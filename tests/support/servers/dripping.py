"""Answers that never end, each by dripping out another part of HTTP: a client that waits for silence waits for ever."""

from __future__ import annotations

import gzip

from tests.support.servers.scripted import Answer

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_GZIP = _OK + b"Content-Encoding: gzip\r\n\r\n"
_FORMS: dict[str, tuple[bytes, bytes]] = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header line": (_OK + b"X-Served-By: ", b"x"),
    "header lines": (_OK, b"X-Served-By: x\r\n"),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "header lines of 100 Continue": (b"HTTP/1.1 100 Continue\r\n", b"X-Served-By: x\r\n"),
    "size of a chunk": (_CHUNKED, b"0"),
    "extension of a chunk": (_CHUNKED + b"4;", b"x"),
    "small chunks": (_CHUNKED, b"1\r\nx\r\n"),
    "trailers": (_CHUNKED + b"4\r\npage\r\n0\r\n", b"X-Sum: x\r\n"),
    "line of a trailer": (_CHUNKED + b"4\r\npage\r\n0\r\nX-Sum: ", b"x"),
    "empty members of gzip": (_GZIP + gzip.compress(b"page"), gzip.compress(b"")),
    "empty blocks of gzip": (_GZIP + gzip.compress(b"")[:10], b"\x00\x00\x00\xff\xff"),
    "body": (_OK + b"\r\n<html>", b" "),
    "body of an error": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 9999\r\n\r\n", b" "),
}
DRIPPING = {name: Answer(body, raw=True, pause=0.01, drips=drips) for name, (body, drips) in _FORMS.items()}
"""By the part that drips."""
