"""Marks of notes in Word trees: raised or lowered signs, and references to notes, behind the text that they belong to.

Owns telling a mark from what it stands behind. A mark whose place leaves a doubt is ILLEGIBLE.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from extractors.document import ILLEGIBLE
from extractors.office.word_styles import Element, Properties, W, number_of, value_of

_TEXT = W + "t"
_REFERENCES = (W + "footnoteReference", W + "endnoteReference")
_BREAKS = frozenset({W + "br", W + "cr", W + "tab"})

_MOVED = 4
"""Half points above or below the other text of a paragraph from which on text counts as raised or lowered."""
_SMALL = 0.6
"""Share of the size of the figure before it up to which a figure is a mark, or looks like one."""
_POWER = re.compile(r"[×✕xX*·]\s*10$")
_DEFAULT_SIZE = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A run that is seen, and its look."""

    run: Element
    look: Properties

    @property
    def size(self) -> float:
        """Size in half points."""
        return number_of(self.look.get("sz"), _DEFAULT_SIZE)

    @property
    def position(self) -> float:
        """Half points above the line."""
        return number_of(self.look.get("position"), 0)


def text_of(run: Element) -> str:
    """Return the text of a run, a break of the line as one."""
    pieces = ("\n" if child.tag in _BREAKS else child.text or "" for child in run if child.tag in {_TEXT, *_BREAKS})
    return "".join(pieces)


def leave_out_marks(shown: Sequence[Shown], *, in_cell: bool) -> None:
    """Change the runs of a paragraph so that the marks behind its text are left out.

    A mark that stands alone or within a figure is ILLEGIBLE in a cell. Signs raised behind letters (m²) stay.
    """
    texts = [text_of(each.run) for each in shown]
    line = min((each.position for each, text in zip(shown, texts, strict=True) if text.strip()), key=abs, default=0.0)
    marks = [_is_mark(each, line) for each in shown]
    before, size = "", 0.0
    for at, each in enumerate(shown):
        if marks[at]:
            rest = [text for text, mark in zip(texts[at + 1 :], marks[at + 1 :], strict=True) if not mark]
            _set_text(each.run, _instead(before, texts[at], "".join(rest), in_cell=in_cell))
        elif texts[at]:
            if in_cell and _looks_like_a_mark(before, size, texts[at], each.size):
                _set_text(each.run, ILLEGIBLE + texts[at])
            before = (before + texts[at]).rpartition("\n")[2]
            size = each.size


def _is_mark(shown: Shown, line: float) -> bool:
    """Return whether a run is raised or lowered against the line, or refers to a note."""
    raised = value_of(shown.look.get("vertAlign")) in ("superscript", "subscript")
    return raised or abs(shown.position - line) >= _MOVED or _refers(shown.run)


def _refers(run: Element) -> bool:
    return any(run.find(name) is not None for name in _REFERENCES)


def _instead(before: str, mark: str, after: str, *, in_cell: bool) -> str:
    """Return what stands in the place of a mark."""
    before, after = before.rstrip(), after.partition("\n")[0].lstrip()
    if not before:
        return ILLEGIBLE if in_cell else mark if not after else ""
    if before[-1].isascii() and before[-1].isalpha():
        return mark
    within = before[-1].isdecimal() and after[:1].isdecimal()
    return ILLEGIBLE if within or _POWER.search(before) else ""


def _looks_like_a_mark(before: str, size: float, text: str, own: float) -> bool:
    """Return whether a figure stands right behind another, or before it, in much smaller print."""
    digits = before[-1:].isdecimal() and text[:1].isdecimal()
    return digits and min(own, size) <= _SMALL * max(own, size)


def _set_text(run: Element, text: str) -> None:
    """Give a run another text; pictures on it stay."""
    for child in list(run):
        if child.tag == _TEXT or child.tag in _BREAKS:
            run.remove(child)
    if text:
        etree.SubElement(run, _TEXT).text = text
