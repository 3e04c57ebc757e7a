"""Marks of notes in Word trees: raised or lowered signs, and references to notes, behind the text that they belong to.

Owns which runs are marks; `note_marks` knows what stands in their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from extractors.document import ILLEGIBLE
from extractors.office.note_marks import instead_of_mark, looks_like_a_mark
from extractors.office.word.styles import Element, Properties, W, number_of, value_of

_TEXT = W + "t"
_REFERENCES = (W + "footnoteReference", W + "endnoteReference")
_BREAKS = frozenset({W + "br", W + "cr", W + "tab"})

_MOVED = 4
"""Half points above or below the other text of a paragraph from which on text counts as raised or lowered."""
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
    """Change the runs of a paragraph so that the marks behind its text are left out."""
    texts = [text_of(each.run) for each in shown]
    line = min((each.position for each, text in zip(shown, texts, strict=True) if text.strip()), key=abs, default=0.0)
    marks = [_is_mark(each, line) for each in shown]
    before, size = "", 0.0
    for at, each in enumerate(shown):
        if marks[at]:
            rest = [text for text, mark in zip(texts[at + 1 :], marks[at + 1 :], strict=True) if not mark]
            _set_text(each.run, instead_of_mark(before, texts[at], "".join(rest), in_cell=in_cell))
        elif texts[at]:
            if in_cell and looks_like_a_mark(before, size, texts[at], each.size):
                _set_text(each.run, ILLEGIBLE + texts[at])
            before = (before + texts[at]).rpartition("\n")[2]
            size = each.size


def _is_mark(shown: Shown, line: float) -> bool:
    """Return whether a run is raised or lowered against the line, or refers to a note."""
    raised = value_of(shown.look.get("vertAlign")) in ("superscript", "subscript")
    return raised or abs(shown.position - line) >= _MOVED or _refers(shown.run)


def _refers(run: Element) -> bool:
    return any(run.find(name) is not None for name in _REFERENCES)


def _set_text(run: Element, text: str) -> None:
    """Give a run another text; pictures on it stay."""
    for child in list(run):
        if child.tag == _TEXT or child.tag in _BREAKS:
            run.remove(child)
    if text:
        etree.SubElement(run, _TEXT).text = text
