"""Bytes of a page or a plain text → str.

Owns the order of evidence about the encoding (PORTALS: measured on pages that declare it wrongly, not at
all, or by a name narrower than their bytes). Must not know markup beyond the charset declaration.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
# gb2312 lacks 镕 and 喆, gbk lacks 㭎: pages that declare them hold GB 18030.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}


def decode(body: bytes, content_type: str | None = None) -> str:
    """Text of `body`: byte order mark, then UTF-8 where the bytes are valid, header, `<meta>`, detection.

    Valid UTF-8 beats every declaration, since text in another encoding is hardly ever valid UTF-8 while
    pages that declare gb2312 over UTF-8 are common. Nothing is lost in silence: bytes that fit no
    encoding become U+FFFD.

    >>> decode("朱镕基".encode("gb18030"), "text/html; charset=gb2312")
    '朱镕基'
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    for encoding in ("utf-8", *_declared(body, content_type), "gb18030"):
        text = _decode_whole(body, encoding)
        if text is not None:
            return text
    best = from_bytes(body).best()
    return str(best) if best else body.decode("utf-8", errors="replace")


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Encodings that the header and the first 4 kB of the body declare, widened to their supersets."""
    names: list[str] = []
    for source in ((content_type or "").encode("ascii", "ignore"), body[:4096]):
        names += [match.decode("ascii").lower() for match in _DECLARED.findall(source)[:1]]
    return [_SUPERSETS.get(name, name) for name in names if _known(name)]


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _decode_whole(body: bytes, encoding: str) -> str | None:
    """The text where all bytes fit; a character cut off at the very end (a truncated file) is allowed."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(body, final=False)
    except UnicodeDecodeError:
        return None
