"""A place: a division, or the country as a whole, with what lies above it and which codes lie within it.

Owns the reading of the index's `places`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.explorer.index.index import Index
from flows.explorer.records import records

COUNTRY = "CN"
_PLACE = """
SELECT jurisdiction AS code, name, full_name, level, parent, province, valid_from, valid_to,
    coalesce(former_names, []) AS former_names, coalesce(successors, []) AS successors
FROM places WHERE jurisdiction = $code
"""
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT jurisdiction, name, parent, 0 AS height FROM places WHERE jurisdiction = $code
    UNION ALL
    SELECT places.jurisdiction, places.name, places.parent, height + 1
    FROM places JOIN above ON places.jurisdiction = above.parent WHERE height < 9
)
SELECT jurisdiction, name FROM above WHERE height > 0 ORDER BY height DESC
"""
_NAMES = "SELECT jurisdiction, full_name FROM places WHERE list_contains($codes, jurisdiction) ORDER BY jurisdiction"


@dataclass(frozen=True, slots=True)
class Place:
    """A division; `level` is None for the country, whose divisions without one above are the provinces."""

    code: str
    name: str
    full_name: str
    level: str | None
    parent: str | None
    province: str | None
    valid_from: int | None
    valid_to: int | None
    former_names: tuple[str, ...]
    successors: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first code that can lie within it."""
        return bounds(self.code)[0]

    @property
    def last(self) -> str:
        """The last code that can lie within it."""
        return bounds(self.code)[1]


def bounds(code: str) -> tuple[str, str]:
    """Return the first and the last code that can lie within a place: codes tell what is part of what.

    >>> bounds("CN"), bounds("CN-370000"), bounds("CN-371000"), bounds("CN-371003")
    (('CN-000000', 'CN-999999'), ('CN-370000', 'CN-379999'), ('CN-371000', 'CN-371099'), ('CN-371003', 'CN-371003'))
    """
    if code == COUNTRY:
        return f"{COUNTRY}-000000", f"{COUNTRY}-999999"
    stem = code.removesuffix("00").removesuffix("00")
    missing = len(code) - len(stem)
    return stem + "0" * missing, stem + "9" * missing


def find_place(index: Index, code: str) -> Place | None:
    """Return the place with a code; None if there is none."""
    if code == COUNTRY:
        return Place(COUNTRY, "", "", None, None, None, None, None, (), ())
    found = records(index.frame(_PLACE, {"code": code}))
    if not found:
        return None
    row = found[0]
    lists = {name: tuple(row[name]) for name in ("former_names", "successors")}
    return Place(**{**row, **lists})


def above(index: Index, place: Place) -> list[tuple[str, str]]:
    """Return codes and names of the divisions that a place lies in, from the province down."""
    return [(row["jurisdiction"], row["name"]) for row in records(index.frame(_ABOVE, {"code": place.code}))]


def names_of(index: Index, codes: tuple[str, ...]) -> dict[str, str]:
    """Return code → full name of some divisions; those that are not known stand with their code."""
    found = records(index.frame(_NAMES, {"codes": list(codes)})) if codes else []
    return {code: code for code in codes} | {row["jurisdiction"]: row["full_name"] for row in found}
