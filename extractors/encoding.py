"""Bytes of a page or a plain text → str.

Owns the order of evidence about the encoding, measured on pages that declare it wrongly, not at all, or by a name
narrower than their bytes (PORTALS §5). Knows no markup beyond the declaration of the charset.
"""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_\-]+)""")
# gb2312 lacks 镕 and 喆, gbk lacks 㭎: pages that declare them hold GB 18030. Names that are not here are no evidence:
# every byte is valid in ISO-8859-1, which servers declare by default, and Python also knows codecs that are no text.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
}
_THREE_BYTES = re.compile("[\u0800-\ufffc\U00010000-\U0010ffff]")
_TOLERATED_DAMAGE = 0.1


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return text of `body`: byte order mark, then UTF-8 where the bytes are valid, header, `<meta>`, GB 18030.

    Valid UTF-8 beats every declaration, since text in another encoding is hardly ever valid UTF-8 while pages that
    declare gb2312 over UTF-8 are common; a few damaged characters do not make it another encoding. Nothing is lost in
    silence: bytes that fit no encoding become U+FFFD.

    >>> decode("朱镕基".encode("gb18030"), "text/html; charset=gb2312")
    '朱镕基'
    """
    return _decoded(body, content_type)[0]


def charset_of(body: bytes, content_type: str | None = None) -> str:
    """Return the encoding by which `decode` reads a body; of a body in ASCII alone what it declares.

    >>> charset_of("年报".encode("gbk")), charset_of("年报".encode()), charset_of(b'<meta charset="gb2312">')
    ('gb18030', 'utf-8', 'gb18030')
    """
    declared = _declared(body, content_type) if body.isascii() else []
    return declared[0] if declared else _decoded(body, content_type)[1]


def _decoded(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return the text of a body and its encoding."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace"), encoding
    declared = _declared(body, content_type)
    text = _decode_whole(body, "utf-8")
    if text is None:
        text = body.decode("utf-8", errors="replace")
    if body.isascii() or _is_utf8(text, declared):
        return text, "utf-8"
    for encoding in (*declared, "gb18030"):
        other = _decode_whole(body, encoding)
        if other is not None:
            return other, encoding
    last = next((name for name in declared if name != "utf-8"), "gb18030")
    return body.decode(last, errors="replace"), last


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Return the encodings that the header and the first 4 kB of the body declare, widened to their supersets."""
    sources = (content_type or "").encode("ascii", "ignore"), body[:4096]
    found = (_DECLARED.search(source.lower()) for source in sources)
    names = (match[1].decode("ascii") for match in found if match)
    return [_ENCODINGS[name] for name in names if name in _ENCODINGS]


def _is_utf8(text: str, declared: list[str]) -> bool:
    """Return whether `text`, decoded as UTF-8, makes sense: next to no damage, and no chance hit of a short GB text.

    Chinese takes three bytes a character. Pairs of bytes alone (模 in GB 18030 reads as ģ) are Chinese where the page
    declares another encoding.
    """
    if text.isascii():  # the only character that is not, stands cut off at the end
        return False
    damage = text.count("\ufffd")
    if damage and damage > _TOLERATED_DAMAGE * (len(text) - len(text.encode("ascii", "ignore"))):
        return False
    wide = _THREE_BYTES.search(text) is not None
    return wide or not declared or "utf-8" in declared


def _decode_whole(body: bytes, encoding: str) -> str | None:
    """Return the text if all bytes fit; the very last character may be incomplete (a truncated file)."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(body, final=False)
    except UnicodeDecodeError:
        return None
