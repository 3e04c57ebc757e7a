"""Bodies that report for years as real ones do: sizes over orders of magnitude, most of them small, all consistent.

A place has its government, the office, four departments and four towns. Some governments count the others in, and say
so. National years go up and down, requests come in bursts, reports and cells are missing, bodies begin, divisions
change their codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.jurisdictions.agencies import agency_in
from transforms.jurisdictions.divisions import division_in, jurisdictions

YEARS = (2019, 2020, 2021, 2022, 2023, 2024)
_NATIONAL = np.array([1, 0.7, 1.1, 0.85, 1.05, 1.15])
BODIES = {
    "人民政府": "government",
    "人民政府办公室": "government_office",
    "教育局": "department",
    "公安局": "department",
    "市场监督管理局": "department",
    "自然资源局": "department",
    "东关镇人民政府": "township",
    "南河镇人民政府": "township",
    "西山乡人民政府": "township",
    "北岭乡人民政府": "township",
}
_RECEIVED = {"government": 40, "government_office": 12, "department": 2.5, "township": 0.8}
"""Requests that the middle body of a kind receives in a year."""
APPLICANTS = ("natural_person", "business")
OTHERS = ("research_institution", "social_organisation", "legal_service", "other")
_OUTCOMES = {
    "granted": 0.4,
    "granted_in_part": 0.1,
    "unavailable.not_held": 0.2,
    "refused.third_party_rights": 0.05,
    "not_processed.petition": 0.05,
    "other.other": 0.2,
}
_SCOPE = "本报告汇总各镇（乡）、县直各部门政府信息公开工作情况编制而成"

Values = npt.NDArray[np.float64]
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Country:
    """Reports, and table and key of a cell → its number in each of them, NaN where the report leaves it blank."""

    reports: pd.DataFrame
    cells: dict[Cell, Values]
    scopes: pd.DataFrame


def simulate(seed: int, places: int) -> Country:
    """Return the reports of so many places, ten bodies each, for six years."""
    chance = np.random.default_rng(seed)
    codes = _codes(chance, places)
    kinds = np.tile(list(BODIES.values()), places)
    cells = _cells(chance, kinds)
    says_so = chance.random(places) < 0.3
    _count_in(cells, says_so)
    kept = _kept(chance, len(kinds))
    reports = pd.DataFrame(
        [row for code in codes for body, kind in BODIES.items() for row in _reports(code, body, kind)]
    )
    flat = {cell: values.ravel()[kept] for cell, values in cells.items()}
    reports = reports[kept].reset_index(drop=True)
    _leave_blank(chance, flat, len(reports))
    says = np.repeat(says_so, len(BODIES) * len(YEARS))[kept] & (reports["kind"] == "government")
    scopes = reports.loc[says, ["jurisdiction", "report_id"]].assign(sentence=_SCOPE)
    return Country(reports, flat, scopes.reset_index(drop=True))


def _codes(chance: np.random.Generator, places: int) -> list[str]:
    """Return counties of today; one in twenty had another code in the years before."""
    today = [code for code, one in jurisdictions().items() if one.level == "county" and one.valid_to is None]
    whole = [code for code in today if division_in(code, YEARS[0])]
    moved = [code for code in whole if division_in(code, YEARS[0]) != code]
    rest = sorted(set(whole) - set(moved))
    few = moved[: places // 20]
    return [*few, *chance.choice(rest, places - len(few), replace=False)]


@cache
def _agency(code: str, body: str) -> tuple[str, str]:
    agency = agency_in(code, body)
    return agency.agency_id, agency.name


def _reports(today: str, body: str, kind: str) -> list[dict[str, object]]:
    found = []
    for year in YEARS:
        code = division_in(today, year) or today
        identifier, name = _agency(code, body)
        own = {"jurisdiction": code, "year": year, "agency_id": identifier, "agency": name, "kind": kind}
        found.append({"report_id": f"{identifier}-{year}", **own})
    return found


def _cells(chance: np.random.Generator, kinds: npt.NDArray[Any]) -> dict[Cell, Values]:
    """Return the cells of all bodies (rows) in all years (columns)."""
    size = np.array([_RECEIVED[kind] for kind in kinds]) * np.exp(chance.normal(0, 1.2, len(kinds)))
    shape = (len(kinds), len(YEARS))
    expected = size[:, None] * _NATIONAL * np.exp(chance.normal(0, 0.25, shape))
    cells: dict[Cell, Values] = {}
    for applicant, share in zip(APPLICANTS, (0.85, 0.15), strict=True):
        bursts = (chance.random(shape) < 0.01) * chance.poisson(12 * share, shape)
        received = chance.poisson(share * expected * chance.gamma(6, 1 / 6, shape)) + bursts
        _handle(chance, cells, applicant, received)
    for outcome in ("received", "carried_in", *_OUTCOMES, "total", "carried_out"):
        own = [cells["requests", f"{outcome}/{applicant}"] for applicant in APPLICANTS]
        cells["requests", f"{outcome}/total"] = np.add(*own)
        for applicant in OTHERS:
            cells["requests", f"{outcome}/{applicant}"] = np.zeros(shape)
    _proceed(chance, cells, shape)
    _disclose(chance, cells, kinds, shape)
    return cells


def _handle(
    chance: np.random.Generator, cells: dict[Cell, Values], applicant: str, received: npt.NDArray[np.int64]
) -> None:
    """Fill in what became of one kind of applicant's requests; what a year carries out, the next carries in."""
    carried_in, carried_out = np.zeros_like(received), np.zeros_like(received)
    carried_in[:, 0] = chance.binomial(received[:, 0], 0.05)
    for at in range(len(YEARS)):
        carried_out[:, at] = chance.binomial(received[:, at] + carried_in[:, at], 0.06)
        if at + 1 < len(YEARS):
            carried_in[:, at + 1] = carried_out[:, at]
    answered = received + carried_in - carried_out
    outcomes = chance.multinomial(answered, [*_OUTCOMES.values()])
    own = {"received": received, "carried_in": carried_in, "total": answered, "carried_out": carried_out}
    own |= {outcome: outcomes[..., at] for at, outcome in enumerate(_OUTCOMES)}
    cells.update({("requests", f"{outcome}/{applicant}"): values.astype(float) for outcome, values in own.items()})


def _proceed(chance: np.random.Generator, cells: dict[Cell, Values], shape: tuple[int, int]) -> None:
    received = cells["requests", "received/total"]
    shares = {"reconsideration": 0.05, "litigation_direct": 0.015, "litigation_after_reconsideration": 0.01}
    for channel, share in shares.items():
        upheld, other = chance.poisson(share * received * 0.7), chance.poisson(share * received * 0.3)
        own = {"upheld": upheld, "other": other, "corrected": np.zeros(shape), "pending": np.zeros(shape)}
        own["total"] = upheld + other
        cells.update({("proceedings", f"{channel}/{result}"): values.astype(float) for result, values in own.items()})


def _disclose(
    chance: np.random.Generator, cells: dict[Cell, Values], kinds: npt.NDArray[Any], shape: tuple[int, int]
) -> None:
    """Fill in table 二: half of the departments decide on licences and penalties, year after year about as many."""
    for cell, middle in (("20(5)/licence", 300), ("20(6)/penalty", 60), ("20(6)/coercion", 5)):
        active = (kinds == "department") & (chance.random(len(kinds)) < 0.5)
        size = active * middle * np.exp(chance.normal(0, 2, len(kinds)))
        expected = size[:, None] * np.exp(chance.normal(0, 0.25, shape))
        cells["disclosures", f"{cell}/decisions"] = chance.poisson(expected).astype(float)
    issued = chance.poisson(0.5, shape)
    stock = chance.poisson(3, shape[0])[:, None] + np.cumsum(issued, axis=1)
    cells["disclosures", "20(1)/normative_document/issued"] = issued.astype(float)
    cells["disclosures", "20(1)/normative_document/repealed"] = np.zeros(shape)
    cells["disclosures", "20(1)/normative_document/in_force"] = stock.astype(float)
    charges = (kinds == "department") & (chance.random(len(kinds)) < 0.3)
    fees = charges[:, None] * np.exp(chance.normal(4, 2, shape[0])[:, None] + chance.normal(0, 0.3, shape))
    cells["disclosures", "20(8)/fee/fee_amount"] = fees.round(2)


def _count_in(cells: dict[Cell, Values], says_so: npt.NDArray[np.bool_]) -> None:
    """Add the figures of all bodies of a place to those of its government, where it counts them in."""
    for cell, values in cells.items():
        by_place = values.reshape(-1, len(BODIES), len(YEARS))
        by_place[says_so, 0] = by_place[says_so].sum(axis=1)
        cells[cell] = by_place.reshape(values.shape)


def _kept(chance: np.random.Generator, bodies: int) -> npt.NDArray[np.bool_]:
    """Return which reports there are: one in fifty is missing, and one body in twenty begins later."""
    there = chance.random((bodies, len(YEARS))) > 0.02
    begins = np.where(chance.random(bodies) < 0.05, chance.integers(1, len(YEARS), bodies), 0)
    return (there & (np.arange(len(YEARS)) >= begins[:, None])).ravel()


def _leave_blank(chance: np.random.Generator, cells: dict[Cell, Values], reports: int) -> None:
    for values in cells.values():
        values[chance.random(reports) < 0.01] = np.nan
