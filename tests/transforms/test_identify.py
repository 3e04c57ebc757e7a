"""Whatever title, text, signature and list print for a body, its report is that of this body, and of no other."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.reader import read_documents
from tests.support.spellings import YEARS, Body, bodies_in, counties, printed
from transforms.jurisdictions.agencies import Agency
from transforms.report import Context, interpret


def _check(seed: int) -> None:
    """Read some reports of one portal's bodies, each printed in several ways, all for one year."""
    random = Random(seed)
    year = random.choice(YEARS)
    division = random.choice(counties(year))
    code = division.jurisdiction
    others = [one.jurisdiction for one in counties(year) if one.parent == division.parent and one is not division]
    wanted = {bodies_in(code, random) for _ in range(3)} | {bodies_in(one, random) for one in others[:1]}
    found: dict[str, Body] = {}
    for body in sorted(wanted, key=repr):
        reports = [printed(body, year, code, random) for _ in range(2)]
        agencies = [_read(one.text, one.listed, code, year) for one in reports]
        names = [(one.text.partition("一、总体")[0], one.text[-60:], one.listed) for one in reports]
        agency = agencies[0]
        assert agency is not None, (seed, year, division.full_name, body, names[0])
        ids = {one and one.agency_id for one in agencies}
        assert ids == {agency.agency_id}, (seed, year, division.full_name, body, names, agencies)
        assert agency.jurisdiction == body.code, (seed, names, agency)
        assert agency.agency_id not in found, (seed, body, names, found[agency.agency_id])
        found[agency.agency_id] = body


def _read(text: str, listed: str | None, within: str, year: int) -> Agency | None:
    context = Context(agency=listed, jurisdiction=within, divisions={}, year=year)
    page = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return interpret(read_documents(f"<html><body>{page}</body></html>".encode()), context).known.agency


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32))
def test_a_report_is_its_bodys_whatever_each_place_prints(seed: int) -> None:
    _check(seed)


@pytest.mark.long
@settings(deadline=None, max_examples=5000)
@given(st.integers(0, 2**32))
def test_a_report_is_its_bodys_whatever_each_place_prints_5000_times(seed: int) -> None:
    _check(seed)
