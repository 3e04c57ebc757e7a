"""One body has one identifier however it is written, and no two bodies have the same."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.spellings import YEARS, Body, bodies_in, counties, forms, spelled
from transforms.jurisdictions.agencies import Around, find_agency


def test_there_are_forms_enough() -> None:
    assert len(set(forms())) >= 40


def _check(seed: int) -> None:
    """Find some bodies of one portal, each by several of its spellings, in several years."""
    random = Random(seed)
    year = random.choice(YEARS)
    division = random.choice(counties(year))
    code = division.jurisdiction
    others = [one.jurisdiction for one in counties(year) if one.parent == division.parent and one is not division]
    wanted = {bodies_in(code, random) for _ in range(4)}
    wanted |= {bodies_in(one, random) for one in random.sample(others, min(2, len(others)))}
    found: dict[str, tuple[Body, str]] = {}
    for body in sorted(wanted, key=repr):
        names = [spelled(body, year, code, random) for _ in range(3)]
        agencies = [find_agency(name, year, Around({}, code)) for name in names]
        ids = {agency and agency.agency_id for agency in agencies}
        agency = agencies[0]
        assert agency is not None, (seed, year, division.full_name, body, names)
        assert ids == {agency.agency_id}, (seed, year, division.full_name, body, names, agencies)
        assert agency.jurisdiction == body.code, (seed, names, agency)
        assert agency.agency_id not in found, (seed, body, names, found[agency.agency_id])
        found[agency.agency_id] = body, names[0]
        again = find_agency(agency.name, year, Around({}, body.code))
        assert again == agency, (seed, agency, again)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32))
def test_one_body_has_one_identifier_and_two_have_two(seed: int) -> None:
    _check(seed)


@pytest.mark.long
@settings(deadline=None, max_examples=5000)
@given(st.integers(0, 2**32))
def test_one_body_has_one_identifier_and_two_have_two_5000_times(seed: int) -> None:
    _check(seed)
