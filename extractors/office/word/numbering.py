"""Automatic numbers of a Word file's lists: whether one is printed before a paragraph.

Owns the definitions of lists (ECMA-376, part 1, 17.9). Counts nothing.
"""

from __future__ import annotations

import re

from extractors.office.word.styles import Element, W, value_of

_NO_LIST = "0"
_NO_LINK = "\n"  # no name of a style
_NUMBER = re.compile(r"%\d")  # stands in the text of a level for a number


class Numbering:
    """The lists of one file."""

    def __init__(self, root: Element | None) -> None:
        definitions = [] if root is None else root.findall(W + "abstractNum")
        linked = {value_of(each.find(W + "styleLink")): each for each in definitions}
        # A definition may refer to the one of a style.
        abstract = {
            each.get(W + "abstractNumId"): linked.get(value_of(each.find(W + "numStyleLink")) or _NO_LINK, each)
            for each in definitions
        }
        numbers = [] if root is None else root.findall(W + "num")
        self._printing = {
            (each.get(W + "numId", ""), level.get(W + "ilvl", "0"))
            for each in numbers
            for level in _levels(each, abstract.get(value_of(each.find(W + "abstractNumId"))))
            if _is_printed(level)
        }

    def prints(self, properties: Element | None) -> bool:
        """Return whether a number or a bullet is printed before a paragraph with these properties of a list."""
        if properties is None:
            return False
        number, level = value_of(properties.find(W + "numId")), value_of(properties.find(W + "ilvl"))
        # A style may leave it to the list to say at which of its levels the style stands.
        levels = {each for name, each in self._printing if name == number}
        return number != _NO_LIST and bool(levels & {level} if level else levels)


def _levels(number: Element, abstract: Element | None) -> list[Element]:
    """Return the levels of a list, those that it overrides last."""
    own = number.findall(f"{W}lvlOverride/{W}lvl")
    overridden = {level.get(W + "ilvl") for level in own}
    shared = [] if abstract is None else abstract.findall(W + "lvl")
    return [*own, *(level for level in shared if level.get(W + "ilvl") not in overridden)]


def _is_printed(level: Element) -> bool:
    text = value_of(level.find(W + "lvlText"))
    if value_of(level.find(W + "numFmt")) == "none":
        text = _NUMBER.sub("", text)
    return level.find(W + "lvlPicBulletId") is not None or bool(text.strip())
