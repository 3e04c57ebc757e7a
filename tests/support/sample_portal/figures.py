"""The figures of one sample report: every printed number, keyed by the codes of the warehouse.

Owns `Figures` and how a report's numbers hang together from year to year. The labels are in `form`, the
random draws in `draws` and `indicators`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from tests.support.sample_portal import draws, indicators

Edition = Literal["32号", "60号", "30号"]


@dataclass(frozen=True, slots=True)
class Figures:
    """One agency's figures of one year; every value is the text as printed.

    `disclosures` is keyed by (article, item, measure), `requests` by (outcome, applicant), `proceedings` by
    (channel, result), `told` (numbers that stand in prose alone) by name; these are empty for 32号, which has
    `indicators` instead, keyed by the codes of `indicators.INDICATORS`.
    """

    county: str
    agency: str
    year: int
    edition: Edition
    disclosures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    requests: dict[tuple[str, str], str] = field(default_factory=dict)
    proceedings: dict[tuple[str, str], str] = field(default_factory=dict)
    indicators: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


def edition_of(year: int) -> Edition:
    """Edition of the official form in force for the year reported on; ValueError before 2014.

    >>> [edition_of(year) for year in (2014, 2018, 2019, 2020, 2021)]
    ['32号', '32号', '60号', '60号', '30号']
    """
    if year < 2014:
        raise ValueError(f"no official form has tables for {year}: choose 2014 or later")
    if year <= 2018:
        return "32号"
    return "60号" if year <= 2020 else "30号"


def make_figures(county: str, year: int, seed: int) -> Figures:
    """Random but consistent figures: the same arguments give the same figures, and every identity holds.

    Years of one county and seed fit together: what is carried out of a year is carried into the next, and the
    stock of documents grows by what is issued less what is repealed.
    """
    source = draws.Source(seed, county, year)
    agency = f"{county}人民政府"
    edition = edition_of(year)
    if edition == "32号":
        return Figures(county, agency, year, edition, indicators=indicators.draw_indicators(source))
    disclosures = draws.draw_disclosures_60(source) if edition == "60号" else draws.draw_disclosures_30(source)
    requests = draws.draw_requests(source, draws.OUTCOMES_60 if edition == "60号" else draws.OUTCOMES_30)
    proceedings = draws.draw_proceedings(source)
    return Figures(county, agency, year, edition, disclosures, requests, proceedings, told=draws.draw_told(source))


def with_misprint(figures: Figures) -> Figures:
    """Misprint one total, which then neither is the sum of its row nor fits its column."""
    key = ("granted", "total")
    misprinted = figures.requests | {key: str(int(figures.requests[key]) + 10)}
    return replace(figures, requests=misprinted)


def amended(figures: Figures) -> Figures:
    """Change one number that no identity and no sentence mentions."""
    if figures.edition == "32号":
        items = figures.indicators | {"items_in_gazette": str(int(figures.indicators["items_in_gazette"]) + 1)}
        return replace(figures, indicators=items)
    key = ("20(5)", "licence", "decisions")
    return replace(figures, disclosures=figures.disclosures | {key: str(int(figures.disclosures[key]) + 1)})
