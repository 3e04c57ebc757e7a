"""What the controls and pictures of a page show in the place of text.

Owns the values that a person reads in a form, and which pictures may be text. `AWAY` stands for what is seen but is
no text: alone in a cell, it makes the cell illegible; beside other text, it is nothing.
"""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

from extractors.document import ILLEGIBLE

AWAY = "\ufdd0"
"""Stands in the texts of a page for what is seen there and is no text: a struck figure, a button, a tick box."""

PICTURES = frozenset({"img", "svg", "canvas", "object", "embed", "iframe", "video", "applet"})
CONTROLS = frozenset({"input", "textarea", "select", "meter", "progress"})
FORMULA = frozenset("mfrac msup msub msubsup mroot msqrt mover munder munderover mmultiscripts mtable menclose".split())
_TICKS = frozenset({"checkbox", "radio", "button", "submit", "reset", "image", "file", "range", "color"})
_FIGURE = re.compile(r"\s*[\d,.，．０-９]+\s*")
_SPACER = re.compile(
    r"spacer|blank|transparent|pixel|^(?:space|clear|1x1|line)\b|;base64,R0lGOD[ld]hAQAB", re.IGNORECASE
)
_SOURCES = ("src", "data-src", "data-original")
_HEAD = 60
"""Characters of a `data:` URL that tell whether it contains a picture of one pixel."""
_SIZE = r"(?:^|[;\s]){name}\s*:\s*([\d.]+)"
_WRITES = re.compile(r"document\s*\.\s*write|innerHTML|innerText|textContent|\.(?:html|text|append)\s*\(")


def shown_by_control(element: Element, in_cell: bool) -> str:
    """Return what a control shows: outside tables only a figure, since pages have boxes for searching."""
    text = _control(element)
    return text if in_cell or _FIGURE.fullmatch(text) else ""


def _control(element: Element) -> str:
    if element.tag == "textarea":
        return element.text or ""
    if element.tag == "select":
        return _chosen(element)
    if element.tag != "input":
        return AWAY
    kind, value = (element.get("type") or "text").strip().lower(), element.get("value") or ""
    if kind == "hidden":
        return ""
    if kind in _TICKS:
        return AWAY
    if kind == "password":
        return ILLEGIBLE if value else ""
    hint = element.get("placeholder") or ""
    return value or (ILLEGIBLE if any(map(str.isdigit, hint)) else "")


def _chosen(select: Element) -> str:
    """Return the text of the chosen option, of the first one if none is; ILLEGIBLE for a list of several."""
    options = [option for option in select.iter("option") if option.get("hidden") is None]
    chosen = [option for option in options if option.get("selected") is not None]
    several = select.get("multiple") is not None or (select.get("size") or "1").strip() not in ("", "0", "1")
    if several and options:
        return ILLEGIBLE
    shown = chosen[-1:] or options[:1]
    return "".join(option.get("label") or "".join(map(str, option.itertext())) for option in shown).strip()


def shown_by_picture(element: Element) -> str:
    """Return what stands for a picture in a cell: nothing for one that only keeps a place."""
    if element.tag != "img":
        return ILLEGIBLE
    style = element.get("style") or ""
    sizes = [_pixels(element.get(name) or _styled(style, name)) for name in ("width", "height")]
    small = any(size is not None and size <= 2 for size in sizes)
    source = next((source for name in _SOURCES if (source := element.get(name))), "")
    name = source[:_HEAD] if source.startswith("data:") else source.rpartition("/")[2]
    return "" if small or not source or _SPACER.search(name) else ILLEGIBLE


def _styled(style: str, name: str) -> str:
    found = re.search(_SIZE.format(name=name), style, re.IGNORECASE)
    return found[1] if found else ""


def _pixels(text: str) -> float | None:
    number = re.match(r"\s*(\d+(?:\.\d+)?)", text)
    return float(number[1]) if number and "%" not in text else None


def writes(script: Element) -> bool:
    """Return whether a script may write text where it stands."""
    return _WRITES.search(script.text or "") is not None
