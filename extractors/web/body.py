"""The body of an answer as it was sent → as it was meant: unpacked, within a limit of size, and proven to be whole.

Owns what is said of compression, whether by the headers or by the bytes, and the marks at the end of a page or file.
Pure: `transport` receives the bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from extractors.media_type import UNKNOWN, media_type_of

CHUNK = 65_536
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _DEFLATE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
_MOST_LAYERS = 3
"""A server behind a proxy that both compress; nobody does it more often."""
_MOST_MEMBERS = 10_000
"""Members of gzip in a body: compressors that work in parallel make one for every 64 kB or more."""
_PROMISED = re.compile("gzip|deflate")
_MARKUP = b"<"
_END_MARKS = {_MARKUP: b"</html", b"%PDF": b"%%EOF", b"PK\x03\x04": b"PK\x05\x06"}
"""By how a body begins, what stands at its end: of pages, PDF files, and zip, which Word and OFD files are."""


class TooLarge(Exception):
    """A body that is too large. `received` are its first bytes, unpacked."""

    def __init__(self, most: int, received: bytes = b"") -> None:
        super().__init__(f"the body exceeds {most:,} bytes")
        self.received = received


class Cut(Exception):
    """A body that is not whole. `received` is what came of it, unpacked as far as it goes."""

    def __init__(self, received: bytes, reason: str) -> None:
        super().__init__(reason)
        self.received = received


def unpacked(sent: bytes, headers: Mapping[str, str], most: int) -> bytes:
    """Return a body without its compression, of `most` bytes at most. Raise TooLarge, or Cut if it is not whole.

    The bytes decide: pages come in gzip that no header mentions (seen at CNIPA, PORTALS §5), and as they are under
    headers that promise gzip. A file that is to be saved as gzip stays one.
    """
    body = sent
    coding = headers.get("content-encoding", "").lower()
    if "deflate" in coding and not sent.startswith(_GZIP_MAGIC):
        body = _inflated(sent, most)
    elif "gzip" not in coding and _is_file_of_gzip(headers):
        return body
    for _ in range(_MOST_LAYERS):
        if not body.startswith(_GZIP_MAGIC):
            break
        body = _gunzipped(body, most)
        if _is_file_of_gzip(headers):
            break
    if body is sent and _PROMISED.search(coding) and media_type_of(body) == UNKNOWN:
        raise Cut(sent, f"it is not in {coding}, nor anything that is known")
    return body


def unpacked_part(sent: bytes, headers: Mapping[str, str], most: int) -> bytes:
    """Return the beginning of a body without its compression, as far as it goes, of `most` bytes at most."""
    try:
        return unpacked(sent, headers, most)[:most]
    except (Cut, TooLarge) as broken:
        return broken.received[:most]


def lost_end(body: bytes, before: bytes) -> str | None:
    """Return the mark at the end of the body that was there `before` and that this one of the same kind lacks.

    >>> page = b"<html><body><p>text</p></body></html>"
    >>> lost_end(page[:-9], page), lost_end(page, page[:-9]), lost_end(b"%PDF-1.4", page)
    ('</html', None, None)
    """
    mark = _end_mark(body)
    if mark is None or mark != _end_mark(before) or not _holds(before, mark) or _holds(body, mark):
        return None
    return mark.decode("ascii", "backslashreplace")


def may_have_lost_its_end(body: bytes) -> bool:
    """Return whether a body lacks the mark with which most of its kind end."""
    mark = _end_mark(body)
    return mark is not None and not _holds(body, mark)


def _end_mark(body: bytes) -> bytes | None:
    start = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((mark for beginning, mark in _END_MARKS.items() if start.startswith(beginning)), None)


def _holds(body: bytes, mark: bytes) -> bool:
    return mark in body or (mark == _END_MARKS[_MARKUP] and mark in body.lower())


def _is_file_of_gzip(headers: Mapping[str, str]) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].lower()
    return kind.startswith("application/") and any(word in kind for word in ("gzip", "tar", "compress", "tgz"))


def _gunzipped(packed: bytes, most: int) -> bytes:
    """Return what all members of gzip contain; what follows them, if it is none, is left out as everyone does."""
    page, unzip, members = bytearray(), zlib.decompressobj(_GZIP), 1
    piece, at = packed[:CHUNK], CHUNK
    while piece:
        try:
            page += unzip.decompress(piece, most + 1 - len(page))
        except zlib.error as error:
            raise Cut(bytes(page), f"its gzip is damaged ({error})") from error
        if len(page) > most:
            raise TooLarge(most, bytes(page))
        is_end, piece = unzip.eof, unzip.unused_data
        if len(piece) < len(_GZIP_MAGIC):  # in pieces, because what is left of one is copied for each member in it
            piece, at = piece + packed[at : at + CHUNK], at + CHUNK
        if is_end:
            if not piece or not _GZIP_MAGIC.startswith(piece[: len(_GZIP_MAGIC)]):
                return bytes(page)
            unzip, members = zlib.decompressobj(_GZIP), members + 1
            if members > _MOST_MEMBERS:
                raise Cut(bytes(page), f"its gzip has more than {_MOST_MEMBERS:,} members")
    raise Cut(bytes(page), "its gzip ends early")


def _inflated(packed: bytes, most: int) -> bytes:
    """Return what a body in deflate contains, with or without the frame of zlib; one that is in neither as it is."""
    for bits in (_ZLIB, _DEFLATE):
        unzip = zlib.decompressobj(bits)
        try:
            page = unzip.decompress(packed, most + 1)
        except zlib.error as error:
            if bits == _ZLIB and _begins_as_zlib(packed):
                raise Cut(b"", f"its deflate is damaged ({error})") from error
            continue
        if len(page) > most:
            raise TooLarge(most, page)
        if unzip.eof:
            return page
        if packed and not packed.lstrip().startswith(_MARKUP):
            raise Cut(page, "its deflate ends early")
    return packed


def _begins_as_zlib(packed: bytes) -> bool:
    """Return whether the first two bytes are the header of zlib (RFC 1950 §2.2)."""
    return packed[:1] != b"" and packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2], "big") % 31 == 0
