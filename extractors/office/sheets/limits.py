"""How far the text of an Excel file extends, found before its cells are kept in memory.

Owns the limits on a file's cells.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from extractors.document import Unreadable
from extractors.zip_container import open_package, read_member

CELL_LIMIT = 1_000_000
"""Cells of a file, those that merged ones cover counted again, up to which it is read."""

_S = "{*}"  # the transitional and the strict variant have their own namespaces
_ANYWHERE = 2_000_000  # beyond the last row; a file need not say where its cells stand
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Extent:
    """Last row and column with text, counted from 1, and whether formulas lack the value that they had when saved."""

    rows: int
    columns: int
    uncalculated: bool


def measure(body: bytes) -> Extent:
    """Walk through the cells of all sheets and return their extent.

    Raises Unreadable beyond the limits, or if a sheet is no XML.
    """
    rows = columns = count = 0
    uncalculated = False
    for element in _cells(body):
        merged = element.get("ref")
        count += 1 if merged is None else _area(merged)
        if count > CELL_LIMIT:
            raise Unreadable(f"the Excel file has more than {CELL_LIMIT:,} cells")
        value, formula, text = (element.find(_S + name) for name in ("v", "f", "is"))
        # Writers without a calculator leave the value empty; a formula that gives no text is of the type str.
        empty = value is None or (not value.text and element.get("t") != "str")
        uncalculated |= formula is not None and empty
        if any(part is not None for part in (value, formula, text)):
            row, column = place(element.get("r", ""))
            rows, columns = max(rows, row), max(columns, column)
    return Extent(rows, columns, uncalculated)


def _cells(body: bytes) -> Iterator[etree._Element]:
    """Yield the cells and the merged ranges of all sheets, each forgotten once it was seen."""
    with open_package(body) as package:
        for member in package.infolist():
            if not member.filename.endswith(".xml"):
                continue
            source = io.BytesIO(read_member(package, member))
            try:
                for _, element in etree.iterparse(source, tag=(_S + "c", _S + "mergeCell"), resolve_entities=False):
                    yield element
                    element.clear()
            except etree.XMLSyntaxError as error:
                raise Unreadable(f"the Excel file is damaged: a part is no XML ({error!s:.80})") from error


def _area(merged: str) -> int:
    """Return cells of a range.

    >>> _area("A1:C4"), _area("B2")
    (12, 1)
    """
    first, _, last = merged.partition(":")
    (top, left), (bottom, right) = place(first), place(last or first)
    return (abs(bottom - top) + 1) * (abs(right - left) + 1)


def place(name: str) -> tuple[int, int]:
    """Return row and column of a cell by its name; beyond all sheets if it has none.

    >>> place("A1"), place("AB12")
    ((1, 1), (12, 28))
    """
    match = _PLACE.fullmatch(name)
    if match is None:
        return _ANYWHERE, _ANYWHERE
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match[2]), column
