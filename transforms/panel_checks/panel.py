"""What panel checks look at: the reports of some provinces with their figures, and what is usual in the whole country.

Owns the preparation of the reports: which of them are one body's, across changes of its division's code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from transforms.jurisdictions.agencies import Around, find_agency
from transforms.jurisdictions.divisions import division_in, division_names
from transforms.jurisdictions.identifiers import agency_id
from transforms.panel_checks.peers import Peers


@dataclass(frozen=True, slots=True)
class Panel:
    """The reports of some provinces, as `prepare` returns them, and what they are compared with.

    `told`: report_id and check of findings. `gaps`: jurisdiction, year and agency_id of reports of which it is not
    known whether there are any, without agency_id of all of a division's. `scopes`: report_id and sentence of those
    that say whose figures they count in.
    """

    reports: pd.DataFrame
    told: pd.DataFrame
    gaps: pd.DataFrame
    scopes: pd.DataFrame
    peers: Peers


def prepare(reports: pd.DataFrame) -> pd.DataFrame:
    """Return reports with what checks go by, ordered by body and year.

    `body`: a number for each body; `follows`: whether the row above is its report for the year before; `place`: the
    code of its division in the last year of all; `level` of the division; `name` of the body within it.
    """
    last = int(reports["year"].max()) if len(reports) else 0
    place = places_in(reports["jurisdiction"], last)
    own = reports.assign(place=place, body=_bodies(reports, place), level=place.map(_level), name=_names(reports))
    own = own.sort_values(["body", "year", "report_id"], ignore_index=True)
    own["body"] = (own["body"] != own["body"].shift(1)).cumsum()
    above = own[["body", "year"]].shift(1)
    own["follows"] = ((own["body"] == above["body"]) & (own["year"] == above["year"] + 1)).fillna(value=False)
    return own


def places_in(codes: pd.Series[Any], year: int) -> pd.Series[Any]:
    """Return the code that each division has in a year; of one that has none then, its own."""
    return codes.map({code: division_in(code, year) or code for code in codes.unique()}).astype(codes.dtype)


def _level(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def _bodies(reports: pd.DataFrame, place: pd.Series[Any]) -> pd.Series[Any]:
    """Return the identifier of each report's body; in divisions that had several codes, that under the last of them."""
    codes = reports.groupby(place)["jurisdiction"].transform("nunique")
    moved = reports[codes > 1]
    keys = zip(moved["jurisdiction"], moved["agency"], moved["agency_id"], moved["year"], place[codes > 1], strict=True)
    known: dict[tuple[str, str, str], str] = {}
    found = []
    for code, name, identifier, year, last in keys:
        key = (code, name, identifier)
        if key not in known:
            known[key] = _body(*key, int(year), last)
        found.append(known[key])
    bodies = reports["agency_id"].copy()
    bodies[moved.index] = found
    twice = bodies.groupby([bodies, reports["year"]]).transform("size") > 1
    return bodies.mask(twice, reports["agency_id"])


def _body(code: str, name: str, identifier: str, year: int, last: str) -> str:
    """Return the identifier that a body has under the last code of its division; if its name is not known, its own."""
    agency = find_agency(name, year, Around(within=code))
    return agency_id(last, agency.body) if agency and agency.agency_id == identifier else identifier


def _names(reports: pd.DataFrame) -> pd.Series[Any]:
    """Return the name of each report's body after that of its division: 教育局."""
    pairs = reports[["jurisdiction", "agency"]].drop_duplicates()
    own = {
        (code, agency): _without_division(agency, (each.name for each in division_names().get(code, ())))
        for code, agency in zip(pairs["jurisdiction"], pairs["agency"], strict=True)
    }
    keys = zip(reports["jurisdiction"], reports["agency"], strict=True)
    return pd.Series([own[key] for key in keys], index=reports.index, dtype=reports["agency"].dtype)


def _without_division(agency: str, names: Iterable[str]) -> str:
    """Return a body's name without its division's.

    >>> _without_division("威海市文登区教育局", ["文登区", "文登市"])
    '教育局'
    """
    longest = max((name for name in names if name in agency), key=len, default="")
    return agency.partition(longest)[2] if longest else agency
