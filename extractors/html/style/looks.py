"""What the style of one element does to its text: nobody sees it, it is struck, raised, turned round, moved.

Owns what is known of an element's style as a whole: its rules, its own style, its tag and its attributes for style.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml.etree import _Element as Element

from extractors.document import ILLEGIBLE
from extractors.html.marks import leads_to_note
from extractors.html.style import properties
from extractors.html.style.colours import Colour
from extractors.html.style.properties import GROUND_TAGS, RAISED_TAGS, STRUCK_TAGS
from extractors.html.style.sheets import Rule, StyleSheets

_STYLED_TAGS = STRUCK_TAGS | RAISED_TAGS | {"a", "bdo", "small", "big", "pre", "details", "dialog", "summary"}
_ATTRIBUTES = dict.fromkeys(GROUND_TAGS, ("bgcolor", "background", "text")) | {
    "font": ("color", "size", "face"),
    "bdo": ("dir",),
    "details": ("open",),
    "dialog": ("open",),
}
DRAWN_TAGS = _STYLED_TAGS | frozenset(_ATTRIBUTES)
"""Tags of elements that may have a look without any style."""
_LOOKED_AT = frozenset({"style", "href"}.union(*_ATTRIBUTES.values()))
"""Attributes without which an element looks as its tag does."""
_FONT_SIZES = {"1": "x-small", "2": "small", "3": "medium", "4": "large", "5": "x-large", "6": "xx-large", "7": "48px"}
_WHOLE_PAGE = frozenset({"html", "body"})
"""A page that is hidden whole is shown by its scripts, once it is loaded and in no frame of others."""
_VISIBLE = {"hidden": False, "collapse": False, "visible": True}
_PREFORMATTED = {
    "pre": True,
    "pre-wrap": True,
    "pre-line": True,
    "break-spaces": True,
    "normal": False,
    "nowrap": False,
}
_STRING = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*""")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")


@dataclass(frozen=True, slots=True)
class Look:
    """What one element does to the text in it; what is None or False stays as around it.

    `removed`: there is no such element on the page. `unseen`: it has its place, but nothing in it is seen.
    `size`: pixels, or with a minus a factor of the size around. `pictured`: a picture is its ground.
    `turned`: its characters are seen in another order, or as others. `moved`: it stands elsewhere than in the source.
    `linked`: it leads elsewhere. `spread`: gaps stand between what is in it. `apart`: a gap stands between it and its
    neighbours. `before`, `after`: text that a style sheet puts there.
    """

    removed: bool = False
    unseen: bool = False
    visible: bool | None = None
    size: float | None = None
    colour: Colour | None = None
    ground: Colour | None = None
    pictured: bool = False
    struck: bool = False
    raised: bool = False
    turned: bool = False
    moved: bool = False
    linked: bool = False
    spread: bool = False
    apart: bool = False
    block: bool = False
    preformatted: bool | None = None
    shadow: bool = False
    before: str = ""
    after: str = ""


_NO_LOOK = Look()


class Looks:
    """The looks of the elements of one page."""

    def __init__(self, root: Element) -> None:
        self.sheets = StyleSheets(root)
        self._known: dict[tuple[object, ...], Look | None] = {}
        self._of_tags: dict[str, Look | None] = {}

    def of(self, element: Element, kind: int) -> Look | None:
        """Return what an element does to its text, None for nothing; `kind` is its kind for rules, 0 without any."""
        tag = str(element.tag)
        if not kind and _LOOKED_AT.isdisjoint(element.keys()):
            if tag not in self._of_tags:
                self._of_tags[tag] = self._new(element, (), "")
            return self._of_tags[tag]
        style = element.get("style")
        rules = self.sheets.rules_for(element, kind) if kind else ()
        attributes: tuple[object, ...] = tuple(map(element.get, _ATTRIBUTES[tag])) if tag in _ATTRIBUTES else ()
        if style is None and not rules and tag not in DRAWN_TAGS:
            return None
        if tag == "a":
            attributes = (element.get("href") is not None, leads_to_note(element))
        key = (tag, tuple(map(id, rules)), style, attributes)
        if key not in self._known:
            self._known[key] = self._new(element, rules, style or "")
        return self._known[key]

    def _new(self, element: Element, rules: tuple[Rule, ...], style: str) -> Look | None:
        parts = {rule.selector.part: self.sheets.cascade(rules, "", rule.selector.part) for rule in rules}
        look = look_of(str(element.tag), {**_attributes(element), **self.sheets.cascade(rules, style)})
        if "before" in parts or "after" in parts:
            look = replace(look, before=_generated(parts.get("before", {})), after=_generated(parts.get("after", {})))
        if look_of("span", parts.get("first-letter", {})) != _NO_LOOK:
            look = replace(look, turned=True)
        if element.tag == "a" and element.get("href") is not None:
            look = replace(look, linked=True, raised=look.raised or leads_to_note(element))
        if element.tag in _WHOLE_PAGE:
            look = replace(look, removed=False, unseen=False, visible=None)
        return None if look == _NO_LOOK else look


def _attributes(element: Element) -> dict[str, str]:
    """Return what attributes of its own kind declare for an element."""
    tag, declared = str(element.tag), {}
    if tag in GROUND_TAGS:
        declared["background-color"] = element.get("bgcolor") or ""
        declared["background-image"] = f"url({element.get('background')})" if element.get("background") else "none"
    if tag == "body":
        declared["color"] = element.get("text") or ""
    if tag == "font":
        declared["color"] = element.get("color") or ""
        declared["font-family"] = element.get("face") or ""
        declared["font-size"] = _FONT_SIZES.get((element.get("size") or "").strip(), "")
    if tag == "dialog" and element.get("open") is None:
        declared["display"] = "none"
    if tag in ("details", "summary") and element.get("open") is None:
        declared["visibility"] = "visible" if tag == "summary" else "hidden"
    if tag == "bdo":
        declared |= {"direction": element.get("dir") or "", "unicode-bidi": "bidi-override"}
    return declared


def look_of(tag: str, declared: Mapping[str, str]) -> Look:
    """Return what declared properties do to the text of an element.

    >>> look_of("span", {"display": "none"}).removed, look_of("span", {"opacity": "0"}).unseen
    (True, True)
    """
    return _look(tag, tuple(sorted(declared.items())))


@lru_cache(maxsize=10_000)
def _look(tag: str, declared: tuple[tuple[str, str], ...]) -> Look:
    values = {name: value.strip().lower() for name, value in declared}
    return Look(
        removed=properties.is_removed(values),
        unseen=properties.is_unseen(tag, values),
        visible=_VISIBLE.get(values.get("visibility", "")),
        size=properties.font_size(tag, values),
        colour=properties.text_colour(values),
        ground=properties.ground_colour(values),
        pictured=properties.is_pictured(values),
        struck=properties.is_struck(tag, values),
        raised=properties.is_raised(tag, values),
        turned=properties.is_turned(values),
        moved=properties.is_moved(values),
        spread=properties.is_spread(values),
        apart=properties.is_apart(tag, values),
        block=properties.is_block(tag, values),
        preformatted=_PREFORMATTED.get(values.get("white-space", ""), True if tag == "pre" else None),
        shadow=values.get("text-shadow", "none") != "none",
    )


def _generated(declared: Mapping[str, str]) -> str:
    """Return the text that a style sheet puts before or behind an element; ILLEGIBLE for what it only computes."""
    content, look = declared.get("content", "none").strip(), look_of("span", declared)
    unseen = look.removed or look.unseen or look.visible is False or look.struck or look.size == 0
    if content in ("none", "normal", "") or unseen or properties.has_no_height(declared):
        return ""
    string = _STRING.fullmatch(content)
    if string is None:
        return ILLEGIBLE
    return _ESCAPE.sub(_character, string[1] or string[2] or "")


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16) % 0x110000) if escape[1] else escape[2]
