"""What a person sees of a page as text, in order: one walk over its tree.

Owns which elements show no text, where lines break, and where `ILLEGIBLE` stands for what no reader can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from extractors.document import ILLEGIBLE
from extractors.html.controls import AWAY, CONTROLS, FORMULA, PICTURES, shown_by_control, shown_by_picture, writes
from extractors.html.marks import is_named_note, left_of_mark
from extractors.html.style.ink import Ink
from extractors.html.style.looks import DRAWN_TAGS, Look, Looks
from extractors.html.style.properties import GROUND_TAGS
from extractors.html.tree import Element, element_lines

BREAKING = frozenset(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table td th tr "
    "ucapcontent ul".split()
)
_LEFT_OUT = frozenset({"head", "style", "noscript", "template", "datalist", "rp", "rtc", "audio"})
_REPLACED = CONTROLS | PICTURES | {"script", "rt"}
_CELLS = frozenset({"td", "th"})
_SPECIAL = _REPLACED | _CELLS | {"math"}
_HIDING_CLASSES = frozenset(
    "hide hidden hid d-none dn none sr-only visually-hidden visuallyhidden invisible layui-hide mui-hidden is-hidden "
    "display-none el-hidden uk-hidden".split()
)
_LONGEST_MARK, _LONGEST_FIGURE = 8, 40
_DIFFERENT_SIZES = 0.84
"""Size of letters against that of their neighbours below which a digit may be a note."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tree of `root` shows: its texts in order, `"\\n"` where an element breaks the line and nowhere else.

    `places` maps each element of the page to the number of its first text and that of the first one after it. A text
    may be `AWAY`.
    """

    root: Element
    texts: list[str]
    places: dict[Element, tuple[int, int]]

    def place(self, element: Element) -> tuple[int, int]:
        """Return the range of the texts of an element; an empty one if it is hidden."""
        return self.places.get(element, (0, 0))

    def lines(self, start: int = 0, end: int | None = None) -> list[str]:
        """Return the lines that the texts from `start` up to `end` make."""
        return text_lines(self.texts[start:end])

    def cell_lines(self, start: int, end: int) -> list[str]:
        """Return the lines of a cell, illegible where it shows something that is no text and nothing else."""
        texts = self.texts[start:end]
        if AWAY not in texts:
            return element_lines(texts)
        lines = text_lines(texts)
        beside = "".join(texts).replace(" ", "").split(AWAY)
        between = any(left[-1:].isdigit() and right[:1].isdigit() for left, right in pairwise(beside))
        return [*lines, ILLEGIBLE] if between or not lines else lines


def show(root: Element) -> Shown:
    """Return what the tree below `root` shows; line breaks in the markup count only in preformatted text."""
    walk = _Walk(root)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            walk.leave(element)
        elif not walk.enter(element):
            walker.skip_subtree()
    return Shown(root, walk.texts, walk.places)


def text_lines(texts: Sequence[str]) -> list[str]:
    """Return the lines that consecutive texts make, without what is no text."""
    return element_lines([text for text in texts if text != AWAY] if AWAY in texts else texts)


def element_text(element: Element) -> str:
    """Return the visible text of an element, one line for each line that is shown."""
    return "\n".join(show(element).lines())


_Frame = tuple[int, Look | None, Ink, int]
"""Of an open element: its first text, or -1 if it is left out; its look; the ink inside it; its kind for rules."""


class _Walk:
    """The texts so far, and the elements that are open."""

    def __init__(self, root: Element) -> None:
        self.texts = ["\n"]
        self.places: dict[Element, tuple[int, int]] = {}
        self._looks = Looks(root)
        self._has_rules = bool(self._looks.sheets)
        self._plain = Ink(certain_ground=not self._looks.sheets.has_others)
        self._outside: _Frame = (-1, None, self._plain, 0)
        self._open: list[_Frame] = []
        self._inner: dict[tuple[int, int], Ink] = {}
        self._cells = 0
        self._marks = 0
        self._size = self._plain.size

    def enter(self, element: Element) -> bool:
        """Begin an element; return whether what is in it belongs to the page's text."""
        tag = element.tag
        _, _, ink, around = self._open[-1] if self._open else self._outside
        kind = self._looks.sheets.kind_of(element, around) if self._has_rules else 0
        drawn = kind or tag in DRAWN_TAGS or element.get("style") is not None
        look = self._looks.of(element, kind) if drawn else None
        if tag in _LEFT_OUT or element.get("hidden") is not None or (look and look.removed):
            self._open.append((-1, None, ink, kind))
            return False
        inner = self._inside(ink, look) if look else ink
        self._open.append((len(self.texts), look, inner, kind))
        if (tag in BREAKING or (look and look.block)) and self.texts[-1] != "\n":
            self.texts.append("\n")
        if look:
            self._begin(look, inner)
        if tag in _SPECIAL and not self._enter_special(element, inner):
            return False
        if element.text:
            self._write(element.text, inner)
        return True

    def _inside(self, ink: Ink, look: Look) -> Ink:
        key = (id(ink), id(look))  # both are kept as long as the walk goes on
        if key not in self._inner:
            self._inner[key] = ink.inside(look)
        return self._inner[key]

    def leave(self, element: Element) -> None:
        """End an element and write the text behind it."""
        start, look, inner, _ = self._open.pop()
        if start >= 0:
            tag = element.tag
            if look:
                self._end(element, start, look, inner)
            elif self._cells and (element.get("class") or element.get("role")) and self._may_be_hidden(element, start):
                self.texts.append(ILLEGIBLE)
            if (tag in BREAKING or (look and look.block)) and self.texts[-1] != "\n":
                self.texts.append("\n")
            self.places[element] = start, len(self.texts)
            self._cells -= tag in _CELLS
        if element.tail and self._open:
            self._write(element.tail, self._open[-1][2])

    def _enter_special(self, element: Element, ink: Ink) -> bool:
        """Begin an element that shows something of its own; return whether the text in it is seen as well."""
        tag = element.tag
        self._cells += tag in _CELLS
        if tag == "script":
            self._put(ILLEGIBLE if self._cells and writes(element) else "", ink)
        elif tag == "rt" and self._cells:
            # What stands above a text tells how to say it; a number above a figure may be either.
            above = left_of_mark("".join(map(str, element.itertext())), self._line(), "", in_cell=True)
            self._put(ILLEGIBLE if above == ILLEGIBLE else "", ink)
        elif tag in CONTROLS:
            # The frame of a control keeps its text apart from that beside it.
            for text in (" ", shown_by_control(element, self._cells > 0), " "):
                self._put(text, ink)
        elif tag in PICTURES:
            self._put(shown_by_picture(element) if self._cells else "", ink)
        elif tag == "math" and any(part.tag in FORMULA for part in element.iterdescendants()):
            self._put(ILLEGIBLE, ink)
        return tag not in _REPLACED

    def _put(self, text: str, ink: Ink) -> None:
        if text and ink.seen:
            self._write(text, ink)

    def _write(self, text: str, ink: Ink) -> None:
        if not ink.seen or ink.struck:
            if ink.seen and text.strip():
                self.texts.append(AWAY)
            return
        if ink.size != self._size and text.strip():
            self._compare_sizes(text, ink.size)
        self.texts.append(text if ink.preformatted else text.replace("\n", " "))
        if ink.doubtful and self._cells and _has_digit(text):
            self.texts.append(ILLEGIBLE)

    def _compare_sizes(self, text: str, size: float) -> None:
        """Note a digit that is much smaller, or larger, than the one beside it: either may be a note."""
        smaller = min(size, self._size) < _DIFFERENT_SIZES * max(size, self._size)
        if smaller and not self._marks and text[0].isdigit() and self._line()[-1:].isdigit():
            self.texts.append(ILLEGIBLE)
        self._size = size

    def _line(self, end: int | None = None) -> str:
        """Return the last words of the line that the texts up to `end` make."""
        end = len(self.texts) if end is None else end
        return "".join(self.texts[max(0, end - 8) : end]).replace(AWAY, "").rpartition("\n")[2]

    def _begin(self, look: Look, ink: Ink) -> None:
        self._marks += look.raised
        if look.apart and self._line()[-1:].isdigit():
            self.texts.append(" ")
        self._generate(look.before, ink)

    def _generate(self, text: str, ink: Ink) -> None:
        """Write what a style sheet generates: outside tables, bullets and arrows are no text."""
        if self._cells or text.isalnum():
            self._put(text, ink)

    def _end(self, element: Element, start: int, look: Look, ink: Ink) -> None:
        self._generate(look.after, ink)
        if look.raised:
            self._end_mark(element, start)
        if look.apart and self._line()[-1:].isdigit():
            self.texts.append(" ")
        if self._cells and (self._is_doubtful(element, start, look) or self._may_be_hidden(element, start)):
            self.texts.append(ILLEGIBLE)

    def _end_mark(self, element: Element, start: int) -> None:
        """Leave out a raised mark that is a note; its letters are smaller than those of the text it belongs to."""
        self._marks -= 1
        self._size = self._open[-1][2].size if self._open else self._plain.size
        mark = "".join(self.texts[start:]).replace(AWAY, "")
        before, after = self._line(start), _following(element)
        if self._marks or "\n" in mark or len(mark) > _LONGEST_MARK:
            return
        if not (before.strip() or after) and element.tag not in ("sup", "sub"):
            return
        left = left_of_mark(mark, before, after, self._cells > 0)
        if left != mark:
            self.texts[start:] = [*("" for _ in self.texts[start:]), left]

    def _is_doubtful(self, element: Element, start: int, look: Look) -> bool:
        """Return whether what an element in a table shows may be other than its text."""
        text = "".join(self.texts[start:])
        if not _has_digit(text):
            covers = look.pictured or (look.moved and look.ground is not None)
            return covers and element.tag not in GROUND_TAGS and not text.strip()
        if look.turned and len(text) <= _LONGEST_FIGURE:
            return True
        pieces = [piece for piece in self.texts[start:] if piece]
        if look.spread and any(left[-1].isdigit() and right[0].isdigit() for left, right in pairwise(pieces)):
            return True
        return (look.moved or (look.linked and not self._marks)) and self._touches_digits(element, start)

    def _touches_digits(self, element: Element, start: int) -> bool:
        """Return whether digits stand beside an element in its line."""
        return self._line(start).strip()[-1:].isdigit() or _following(element)[:1].isdigit()

    def _may_be_hidden(self, element: Element, start: int) -> bool:
        """Return whether a style sheet that was not read may hide digits of such a class, or raise them as a note."""
        names = _HIDING_CLASSES.intersection((element.get("class") or "").split())
        unknown = not all(map(self._looks.sheets.names_class, names))
        note = is_named_note(element) and not self._marks and self._touches_digits(element, start)
        return (unknown or note) and _has_digit("".join(self.texts[start:]))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _following(element: Element) -> str:
    """Return what stands behind an element in its line, without blanks before it."""
    node: Element | None = element
    while node is not None:
        if text := (node.tail or "").strip():
            return text
        following = node.getnext()
        if following is not None:
            if following.tag in BREAKING or (text := "".join(map(str, following.itertext())).strip()):
                return "" if following.tag in BREAKING else text
            node = following
        else:
            node = node.getparent()
            node = None if node is None or node.tag in BREAKING else node
    return ""
