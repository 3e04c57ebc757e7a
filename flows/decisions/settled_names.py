"""Spellings that people settled: `agencies.csv` of the data root, which says what body a name is in a division.

Owns the reading, checking and writing of that file. Documents and lists are read with its lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.portals.portal import Portal
from flows.decisions.texts import alone, check_texts
from nianbao import NianbaoError, atomic_write
from transforms.jurisdictions.agencies import Settled
from transforms.jurisdictions.divisions import divisions_above, is_code

FILE = "agencies.csv"
COLUMNS = ("jurisdiction", "name", "agency", "reason", "by", "date")


class SettledNamesError(NianbaoError):
    """A line of the file is faulty; the message names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class SettledNames:
    """The lines of the file."""

    lines: tuple[Settled, ...] = ()

    def of(self, portal: Portal | None) -> tuple[Settled, ...]:
        """Return the lines for the divisions of a portal, and for those above and below them; all without a portal."""
        return (
            self.lines if portal is None else tuple(line for line in self.lines if concerns(portal, line.jurisdiction))
        )


def concerns(portal: Portal, jurisdiction: str) -> bool:
    """Return whether a division is one of a portal's, or is above or below one of them."""
    own = {portal.jurisdiction, *portal.divisions.values()}
    above = {code for one in own for code in divisions_above(one)}
    return jurisdiction in own | above or bool(own & set(divisions_above(jurisdiction)))


def read_settled_names(data_root: Path) -> SettledNames:
    """Return the lines of the data root's file; none if there is no file. Raise SettledNamesError for a faulty line."""
    path = data_root / FILE
    if not path.exists():
        return SettledNames()
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SettledNamesError(f"{path}: no CSV in UTF-8: {error}") from error
    lines = list(_checked(path, rows))
    seen: dict[tuple[str, str], str] = {}
    for number, line in lines:
        if seen.setdefault((line.jurisdiction, line.name), line.agency) != line.agency:
            raise SettledNamesError(f"{path}, line {number}: {line.name} is {seen[line[:2]]} by an earlier line")
    return SettledNames(tuple(dict.fromkeys(line for _, line in lines)))


def _checked(path: Path, rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Settled]]:
    """Yield the number and the contents of each line."""
    if not rows or tuple(rows[0]) != COLUMNS:
        missing = [name for name in COLUMNS if not rows or name not in rows[0]]
        fault = f"{', '.join(missing)} is missing: " if missing else ""
        raise SettledNamesError(f"{path}, line 1: {fault}the columns must be {','.join(COLUMNS)}")
    for number, row in enumerate(rows[1:], start=2):
        fault = _fault(row)
        if fault:
            raise SettledNamesError(f"{path}, line {number}: {fault}")
        if row:
            yield number, Settled(*row[:3])


def _fault(row: Sequence[str]) -> str:
    """Return what is wrong with a line; empty if nothing is, or if the line is."""
    if not row:
        return ""
    if len(row) != len(COLUMNS):
        return f"{len(row)} fields, not {len(COLUMNS)}: quote a field that holds a comma"
    missing = [name for name, value in zip(COLUMNS, row, strict=True) if not value or value != value.strip()]
    if missing:
        return f"{', '.join(missing)}: empty, or with blanks around it"
    if not is_code(row[0]):
        return f"jurisdiction: {row[0]} is no code of a division, such as CN-370683"
    try:
        date.fromisoformat(row[5])
    except ValueError:
        return f"date: {row[5]} is not of the form 2026-01-31"
    return ""


def settle(data_root: Path, line: Settled, reason: str, by: str, today: date) -> bool:
    """Add a line to the data root's file and return True; False if it stands there already.

    Raise SettledNamesError if the file is faulty, or says otherwise of this name; Unfit if reason or name cannot stand
    in it.
    """
    check_texts({"reason": reason, "by": by})
    with alone(data_root):
        return _settle(data_root, line, reason, by, today)


def _settle(data_root: Path, line: Settled, reason: str, by: str, today: date) -> bool:
    path, known = data_root / FILE, read_settled_names(data_root)
    if line in known.lines:
        return False
    other = next((one.agency for one in known.lines if one[:2] == line[:2]), None)
    if other:
        raise SettledNamesError(f"{path}: {line.name} is {other} by a line of this file: take it out first")
    text = io.StringIO(path.read_text("utf-8-sig") if path.exists() else ",".join(COLUMNS) + "\n")
    text.seek(0, io.SEEK_END)
    if not text.getvalue().endswith("\n"):
        text.write("\n")
    csv.writer(text, lineterminator="\n").writerow((*line, reason, by, today.isoformat()))
    with atomic_write(path) as out:
        out.write(text.getvalue().encode())
    return True
