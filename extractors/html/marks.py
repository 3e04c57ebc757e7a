"""Marks beside text, raised, lowered or linked to a note: which of them are notes, which may belong to a figure.

Owns the forms of note marks, how markup names them, and what is left of one in the text.
"""

from __future__ import annotations

import re
from typing import Protocol

from extractors.document import ILLEGIBLE

_DIGIT = "[1-9１-９]"
_SIGN = rf"(?:{_DIGIT}(?:\s*[,，、~-]\s*{_DIGIT})*|[a-z①-⑳*＊†‡#※])"
_NOTE = re.compile(
    rf"[\[［〔(（【]?\s*注?\s*{_SIGN}\s*[\]］〕)）】]?|[\[［〔(（【]\s*注?\s*\d{{1,2}}\s*[\]］〕)）】]|注\s*[:：]?\s*\d{{0,2}}"
)
_FIGURE = re.compile(r"[\d.,%％〇零一二三四五六七八九十百千万亿]")
_HAN = re.compile(r"[\u4e00-\u9fff）)》”」、，。：；]")
_POWER = re.compile(r"(?:^|\D)10\s*$")
_NOTE_ADDRESS = re.compile(
    r"#.*?(?:ftn|edn|\bfn|note(?!book)|cite|脚注|尾注|注释|#注|\bzhu(?:shi)?[-_]?\d*$)", re.IGNORECASE
)
_NOTE_NAME = re.compile(r"note-?(?:ref|link|mark)|fn-?ref|(?:foot|end)-?note|\b(?:fn|ftn)\d*\b", re.IGNORECASE)
_STROKES = ("/", "／", "⁄", "∕")


def left_of_mark(mark: str, before: str, after: str, in_cell: bool) -> str:
    """Return what is left in the text of a raised or lowered piece, between what stands before and after it.

    >>> left_of_mark("1", "12", "", True), left_of_mark("[2]", "培训", "3次", False), left_of_mark("2", "km", "", True)
    ('', '', '2')
    >>> left_of_mark("1", "3", "/2", True), left_of_mark("3", "10", "", True), left_of_mark("96", "2", "", True)
    ('￼', '￼', '￼')
    """
    squeezed, before, after = mark.strip(), before.rstrip(" "), after.lstrip(" ")
    numeric = any(map(str.isdigit, squeezed))
    if not squeezed or (not before and not in_cell):
        return mark
    if before.endswith(_STROKES) or after.startswith(_STROKES):
        return ILLEGIBLE if numeric else mark
    note = _NOTE.fullmatch(squeezed) is not None
    bare = squeezed.isdigit()
    if bare and (_FIGURE.match(after) or not before):
        return ILLEGIBLE
    if (note and before and _HAN.match(before[-1])) or (note and not bare and not before):
        return ""
    if before[-1:].isdigit():
        return "" if note and not (bare and _POWER.search(before)) else ILLEGIBLE if numeric else mark
    return mark


class _Attributes(Protocol):
    """What has attributes: an element of a page."""

    def get(self, name: str, /) -> str | None:
        """Return an attribute; None if it lacks it."""


def leads_to_note(link: _Attributes) -> bool:
    """Return whether the attributes of a link say that it leads to a note.

    >>> leads_to_note({"href": "#_ftn1"}), leads_to_note({"href": "a.html#part2"})
    (True, False)
    """
    address = link.get("href")
    return address is not None and (is_named_note(link) or _NOTE_ADDRESS.search(address) is not None)


def is_named_note(element: _Attributes) -> bool:
    """Return whether the attributes of an element call it the mark of a note.

    >>> is_named_note({"role": "doc-noteref"}), is_named_note({"class": "notebook"})
    (True, False)
    """
    return any(_NOTE_NAME.search(element.get(name) or "") for name in ("role", "class", "epub:type", "rel"))
