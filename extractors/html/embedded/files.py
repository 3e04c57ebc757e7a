"""Files that a page contains itself, as base64 in its scripts, attributes or text, for a browser to show (PORTALS §7).

Owns how the text of such a file begins, goes on and ends. Only kinds of files that reports come in are looked for, by
their first bytes: pictures and fonts begin otherwise. What a file is, its reader says.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote, unquote_to_bytes

from lxml.html import HtmlElement

from extractors.document import Unreadable
from extractors.html.tree import Element, squeeze

# %PDF-, also behind a line break; zip, which Word, Excel and OFD files are; OLE; {\rtf
_BEGINNINGS = ("JVBERi0", "CiVQREYt", "DQolUERGL", "UEsDB", "0M8R4KGxGu", "e1xydG")
_NUMBERS = r"37\s*,\s*80\s*,\s*68\s*,\s*70|80\s*,\s*75\s*,\s*3\s*,\s*4|208\s*,\s*207\s*,\s*17\s*,\s*224"
_BEGINNING = re.compile(rf"(?<![A-Za-z0-9+/])(?P<base64>{'|'.join(_BEGINNINGS)})|[\[(]\s*(?P<numbers>{_NUMBERS})\s*,")
_COMMENT = re.compile(r"\s*//.*")
"""What stands before a file that no browser shows."""
_PERCENT = re.compile(r"data:application/[^,;\"'\s]{0,60},(%25PDF-[^\"'\s<>]*)", re.IGNORECASE)
_SIGNS = r"(?:[A-Za-z0-9+/=_\s-]++|\\(?:[/nrt\n]|u00[0-9A-Fa-f]{2}|x[0-9A-Fa-f]{2})|%[0-9A-Fa-f]{2})*+"
_ESCAPED = re.compile(r"\\(?:(?:u00|x)([0-9A-Fa-f]{2})|(/)|.)", re.DOTALL)
_RUN = re.compile(_SIGNS)
_BYTES = re.compile(r"[0-9\s,]*+")
_TEXT = rf"""["'`]{_SIGNS}["'`]"""
_PIECE = re.compile(rf"""["'`]({_SIGNS})["'`]""")
_LIST = re.compile(rf"""["'`]((?:\s*+,\s*+{_TEXT})++)\s*+,?\s*+\]\s*+\.\s*+join\(""")
_NAMED = re.compile(r"""([\w$.]+)\s*\+?=\s*["'`](?:data:[^,"'`]*,)?$""")
_OPENED = re.compile(r"""["'`](?:data:[^,"'`]*,)?$""")
_GOES_ON = re.compile(r"""["'`]\s*+\+\s*+(?!["'`][#&?])\S""")
_ENDS = frozenset("\"'`<>),;&#]}")
_LEAST = 200
"""Signs, or numbers, below which nothing is a file: scripts also compare beginnings of files with such texts."""
_SHORTEST = 16
"""Signs below which nothing is the first piece of a file."""
_BEFORE = 200
"""Signs before a file in which the name stands that it gets."""
_LONG = f"string-length(.) >= {_LEAST}"
"""One test for each text of a page: to look for every beginning in it takes as long as to parse the page."""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside a page: its name by its place among them, the title of a link that delivers it, and its bytes.

    `reason`: why it has no bytes; empty if it has some.
    """

    name: str
    title: str
    body: bytes
    reason: str = ""


def find_embedded_files(tree: Element) -> Iterator[EmbeddedFile]:
    """Yield the files inside a page, each once: those in attributes first, then those in scripts and in other text.

    >>> import base64
    >>> from extractors.html.tree import parse
    >>> coded = base64.b64encode(b"%PDF-1.7" + bytes(200)).decode()
    >>> page = parse(f"<script>var pdfData = '{coded[:100]}' + '{coded[100:]}';</script>".encode())
    >>> [(file.name, file.body[:8], len(file.body)) for file in find_embedded_files(page)]
    [('file-1', b'%PDF-1.7', 208)]
    """
    seen: set[tuple[bytes, str]] = set()
    for text, title, is_script in _texts(tree):
        for found in _files_in(text, is_script=is_script):
            if found not in seen:
                seen.add(found)
                yield EmbeddedFile(f"file-{len(seen)}", title, *found)


def embedded_file(tree: Element, name: str) -> bytes:
    """Return the file inside a page that has a name. Raise Unreadable if there is none, or it is broken."""
    for file in find_embedded_files(tree):
        if file.name == name and not file.reason:
            return file.body
    raise Unreadable(f"the page holds no file {name:.60}")


def _texts(tree: Element) -> Iterator[tuple[str, str, bool]]:
    """Yield the texts that may contain files, with the title of their link, and whether they are scripts."""
    root = cast(HtmlElement, tree)
    for value in root.xpath(f"//@*[{_LONG}]"):
        yield str(value), _title(value.getparent()), False
    for script in root.iter("script"):
        yield script.text or "", "", True
    for text in root.xpath(f"//text()[not(parent::script)][{_LONG}]"):
        yield str(text), "", False


def _title(element: HtmlElement) -> str:
    if element.tag != "a":
        return ""
    return squeeze(element.get("download") or element.get("title") or element.text_content())


def _files_in(text: str, *, is_script: bool) -> Iterator[tuple[bytes, str]]:
    """Yield the bytes of each file in a text, or why it has none; no file in a line of a script that is a comment."""
    at = 0
    while begun := _BEGINNING.search(text, at):
        if is_script and _COMMENT.fullmatch(text, text.rfind("\n", 0, begun.start()) + 1, begun.start()):
            at = text.find("\n", begun.end())
            if at < 0:
                break
        elif begun["numbers"]:
            numbers = _BYTES.match(text, begun.start("numbers"))
            at = numbers.end() if numbers else begun.end()
            yield from _of_numbers(numbers[0] if numbers else "")
        else:
            signs, at, reason = _signs_from(text, begun.start())
            yield from _of_signs(signs, reason)
    for coded in _PERCENT.findall(text):
        yield unquote_to_bytes(coded), ""


def _signs_from(text: str, start: int) -> tuple[str, int, str]:
    """Return the base64 that begins at `start` with all its pieces, where it ends, and why it is not whole."""
    run = _RUN.match(text, start)
    assert run is not None  # it may be empty
    if len(run[0]) < _SHORTEST:
        return run[0], run.end(), ""
    before = text[max(0, start - _BEFORE) : start]
    more = _added(before).match(text, run.end()) or _LIST.match(text, run.end())
    end = more.end(1) if more else run.end()
    signs = "".join([run[0], *_PIECE.findall(more[1])]) if more else run[0]
    if not more and end == len(text):
        return signs, end, "breaks off" if _OPENED.search(before) else ""
    if not more and text[end] not in _ENDS:
        return signs, end, f"contains {text[end]!r}"
    return signs, end, "goes on with what is no base64" if _GOES_ON.match(text, end - bool(more)) else ""


def _added(before: str) -> re.Pattern[str]:
    """Return the pattern of the pieces that are added to a text, which gets the name that stands `before` it."""
    named = _NAMED.search(before)
    name = re.escape(named[1]) if named else "(?!)"
    return re.compile(rf"""["'`]((?:(?:\s*+\+|\s*+;?\s*+{name}\s*+(?:\+=|=\s*+{name}\s*+\+))\s*+{_TEXT})++)""")


def _of_signs(signs: str, reason: str) -> Iterator[tuple[bytes, str]]:
    if len(signs) < _LEAST:
        return
    plain = _ESCAPED.sub(_meant, signs) if "\\" in signs else signs
    plain = "".join((unquote(plain) if "%" in plain else plain).split()).rstrip("=").translate(_STANDARD)
    if not reason and len(plain) % 4 == 1:
        reason = "breaks off"
    try:
        body = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        reason = reason or str(error)
    yield (b"", f"the file in the page is broken: its base64 {reason}") if reason else (body, "")


_STANDARD = str.maketrans("-_", "+/")


def _meant(escaped: re.Match[str]) -> str:
    """Return the sign that an escape in a script stands for; line breaks are none."""
    return chr(int(escaped[1], 16)) if escaped[1] else escaped[2] or ""


def _of_numbers(numbers: str) -> Iterator[tuple[bytes, str]]:
    values = numbers.replace(",", " ").split()
    if len(values) < _LEAST:
        return
    try:
        yield bytes(map(int, values)), ""
    except ValueError:
        yield b"", "the file in the page is broken: some of its numbers are no bytes"
