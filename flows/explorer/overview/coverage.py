"""How many of the expected reports are published, by province and year, and where on the map each province stands.

Owns the reading of `provinces.yml`. A report is expected if a portal's lists should name it, or if it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.explorer.index.index import Index
from flows.explorer.records import Record, records
from nianbao import Declaration, read_declaration
from warehouse.query.labels import Language

_FILE = Path(__file__).parent / "provinces.yml"
_SHARES = "FROM shares ORDER BY province, year"
_NAMES = "SELECT jurisdiction, name FROM places WHERE level = 'province'"


class Tile(Declaration):
    """A province's place in the grid, counted from 1, and its short name."""

    code: str
    row: int
    column: int
    zh: str
    en: str


class _Map(Declaration):
    """The contents of `provinces.yml`."""

    provinces: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many reports should be there, and how many are."""

    published: int
    expected: int

    @property
    def percent(self) -> int:
        """The share in per cent: 100 only if none is lacking, 0 only if none is there.

        >>> Share(999, 1000).percent, Share(1, 1000).percent, Share(1, 2).percent
        (99, 1, 50)
        """
        if self.published in (0, self.expected):
            return 100 if self.published else 0
        return min(99, max(1, round(100 * self.published / self.expected)))


@dataclass(frozen=True, slots=True)
class Province:
    """A province with its place in the grid, its share in all, and that of each year; None where nothing is known."""

    code: str
    name: str
    row: int
    column: int
    share: Share | None
    years: Mapping[int, Share]


@cache
def tiles() -> tuple[Tile, ...]:
    """Return the tiles of the map.

    >>> len(tiles()), len({(tile.row, tile.column) for tile in tiles()})
    (31, 31)
    """
    return read_declaration(_FILE, _Map).provinces


def totals(index: Index) -> Record:
    """Return the numbers of reports, bodies and divisions, and the first and the last year."""
    return records(index.frame("FROM totals"))[0]


def provinces(index: Index, language: Language) -> list[Province]:
    """Return the provinces of the map, then all others of which anything is known, in rows of their own below."""
    known: dict[str, dict[int, Share]] = {}
    for row in records(index.frame(_SHARES)):
        share = Share(int(row["published"]), int(row["expected"]))
        known.setdefault(row["province"], {})[int(row["year"])] = share
    placed = [
        _province(tile.code, getattr(tile, language), tile.row, tile.column, known.get(tile.code, {}))
        for tile in tiles()
    ]
    names = {row["jurisdiction"]: row["name"] for row in records(index.frame(_NAMES))}
    below, width = max(tile.row for tile in tiles()) + 1, max(tile.column for tile in tiles())
    others = sorted(known.keys() - {tile.code for tile in tiles()})
    return placed + [
        _province(code, names[code], below + place // width, 1 + place % width, known[code])
        for place, code in enumerate(others)
    ]


def _province(code: str, name: str, row: int, column: int, years: Mapping[int, Share]) -> Province:
    whole = Share(sum(one.published for one in years.values()), sum(one.expected for one in years.values()))
    return Province(code, name, row, column, whole if years else None, years)


def years_of(found: Sequence[Province]) -> list[int]:
    """Return the years from the first to the last of which anything is known."""
    years = [year for province in found for year in province.years]
    return list(range(min(years), max(years) + 1)) if years else []
