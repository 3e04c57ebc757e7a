"""An archived web page as it may be shown: what a person saw of it, unable to act, the cell of a figure marked.

Owns the way from bytes to that page. It runs in a worker process: bytes of portals are hostile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from extractors.document import Unreadable
from extractors.formats.html import cell_elements
from extractors.html.controls import AWAY, CONTROLS, shown_by_control
from extractors.html.shown import show
from extractors.html.tree import Element, parse
from flows.explorer.evidence.sanitiser import sanitised

LARGEST = 20_000_000
"""Characters of a page that are shown."""
_ACTING = frozenset(
    "head script style noscript template svg math iframe frame frameset noframes noembed object embed applet audio "
    "video canvas xmp plaintext meta base link title".split()
)
_STYLE = """
:root { color-scheme: light; background: #fff; color: #1a1d21; }
body { margin: 1rem; font: 1rem/1.5 "Noto Serif CJK SC", SimSun, serif; }
table { border-collapse: collapse; }
td, th { border: 1px solid #888; padding: .15rem .4rem; }
img { max-width: 100%; }
"""
_MARKED = "#{mark} {{ outline: 3px solid #b3261e; outline-offset: 1px; background: #fff3c4; scroll-margin: 40vh; }}\n"


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """What page to show: its bytes, and the grid and the cell in it to mark as `mark`; None to mark nothing."""

    body: bytes
    content_type: str | None
    mark: str
    cell: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A whole page in UTF-8, and the text of what is marked in it; None if nothing is."""

    markup: str
    marked_text: str | None


def shown_page(given: ArchivedPage) -> ShownPage:
    """Return a page that shows an archived one. Raise Unreadable if it cannot be read, or is too large.

    `mark` must be a name that whoever wrote the page cannot have known.
    """
    tree = parse(given.body, given.content_type)
    marked = cell_elements(tree)[given.cell[0]][given.cell[1]] if given.cell else None
    body = _without_what_is_not_seen(tree)
    if marked is not None:
        marked.set("id", given.mark)
    markup = sanitised(etree.tostring(body, encoding="unicode", method="html", with_tail=False), given.mark)
    if len(markup) > LARGEST:
        raise Unreadable(f"the page has {len(markup):,} characters; at most {LARGEST:,} are shown")
    head = f'<meta charset="utf-8"><title>·</title><style>{_STYLE}{_MARKED.format(mark=given.mark)}</style>'
    page = f'<!doctype html>\n<html lang="zh-Hans"><head>{head}</head><body>{markup}</body></html>\n'
    return ShownPage(page, _text_of(page, given.mark) if marked is not None else None)


def _text_of(page: str, mark: str) -> str | None:
    """Return the text of the element that is marked; None if the page has lost it, as it does a cell without a table.

    What comes back from the sanitiser is read, not what went in.
    """
    found = (element for element in parse(page.encode()).iter() if element.get("id") == mark)
    return next(("".join(map(str, element.itertext())) for element in found), None)


def _without_what_is_not_seen(tree: Element) -> Element:
    """Remove what the reader of the page does not see, and what acts; put the text of controls in their place."""
    seen = show(tree).places
    body = next(tree.iter("body"), tree)
    gone = [element for element in body.iterdescendants() if element.tag in _ACTING or element not in seen]
    controls = [(element, shown_by_control(element, in_cell=True)) for element in body.iter(*CONTROLS)]
    for element, text in controls:
        _become_text(element, "" if text == AWAY else text)
    _remove(gone)
    for element in body.iter():
        element.attrib.pop("id", "")
    return body


def _become_text(element: Element, text: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "span", text, tail


def _remove(elements: Iterable[Element]) -> None:
    """Remove elements with all in them, but leave the text behind each."""
    for element in elements:
        parent = element.getparent()
        if parent is None:
            continue
        before = element.getprevious()
        if element.tail and before is not None:
            before.tail = (before.tail or "") + element.tail
        elif element.tail:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
        parent.remove(element)
