"""Drawings of an Excel file: which cells text boxes, shapes and pictures lie upon.

Owns their anchors (ECMA-376, part 1, 20.5). Looks at no cell.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from extractors.zip_container import open_package, read_tree

Element = etree._Element
Area = tuple[int, int, int, int]
"""First row and column, last row and column, counted from 1."""

_DRAWING = "{*}"
_ANCHORS = tuple(_DRAWING + name for name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"))
_COLUMN_WIDTH, _ROW_HEIGHT = 609_600, 171_450
"""Usual width and height of a cell, in the units of drawings, for a drawing that does not say where it ends."""
_WORKBOOK = "xl/workbook.xml"


def drawn_areas(body: bytes) -> dict[str, tuple[Area, ...]]:
    """Return the areas that drawings lie upon, by the title of their sheet."""
    with open_package(body) as package:
        names = set(package.namelist())
        if _WORKBOOK not in names or not any("drawings/" in name for name in names):
            return {}
        related = _related(package, _WORKBOOK, names)
        sheets = read_tree(package, _WORKBOOK).iter("{*}sheet")
        parts = {sheet.get("name", ""): related.get(_identifier(sheet), "") for sheet in sheets}
        return {title: tuple(_areas(package, part, names)) for title, part in parts.items() if part in names}


def _areas(package: zipfile.ZipFile, sheet: str, names: set[str]) -> Iterator[Area]:
    """Yield the areas of the drawings that a sheet refers to."""
    for part in _related(package, sheet, names).values():
        if "drawings/drawing" in part and part in names:
            for anchor in read_tree(package, part).iter(*_ANCHORS):
                if not _is_hidden(anchor):
                    yield _area(anchor)


def _is_hidden(anchor: Element) -> bool:
    properties = list(anchor.iter("{*}cNvPr"))
    return bool(properties) and all(each.get("hidden") in ("1", "true") for each in properties)


def _area(anchor: Element) -> Area:
    """Return the cells of an anchor; one that ends where a cell begins does not lie upon that cell."""
    top, left = _start(anchor, "row"), _start(anchor, "col")
    end, size = anchor.find("{*}to"), anchor.find("{*}ext")
    if end is not None:
        return top, left, max(top, _last(end, "row")), max(left, _last(end, "col"))
    width, height = (0, 0) if size is None else (_number(size.get("cx")), _number(size.get("cy")))
    return top, left, top + height // _ROW_HEIGHT, left + width // _COLUMN_WIDTH


def _start(anchor: Element, direction: str) -> int:
    start, place = anchor.find("{*}from"), anchor.find("{*}pos")
    if start is not None:
        return _number(start.findtext(_DRAWING + direction)) + 1
    if place is None:
        return 1
    return 1 + (
        _number(place.get("y")) // _ROW_HEIGHT if direction == "row" else _number(place.get("x")) // _COLUMN_WIDTH
    )


def _last(end: Element, direction: str) -> int:
    offset = _number(end.findtext(f"{_DRAWING}{direction}Off"))
    return _number(end.findtext(_DRAWING + direction)) + (1 if offset else 0)


def _number(text: str | None) -> int:
    return int(text) if text and text.strip().isdecimal() else 0


def _identifier(element: Element) -> str:
    return next((str(value) for name, value in element.items() if str(name).endswith("}id")), "")


def _related(package: zipfile.ZipFile, part: str, names: set[str]) -> dict[str, str]:
    """Return the names of the parts that a part refers to, by identifier."""
    folder, name = posixpath.split(part)
    relationships = posixpath.join(folder, "_rels", name + ".rels")
    if relationships not in names:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
        for each in read_tree(package, relationships)
        if each.get("TargetMode") != "External"
    }
