"""Who reports, for which year: witnesses that agree, that say less, and that contradict each other."""

from __future__ import annotations

import pytest

from transforms.prose.identity import Identity, Source, Witness, decide

BUREAU = "泸西县水务局"
GOVERNMENT = "泸西县人民政府"


def _decided(**named: str | int) -> Identity:
    """Return what witnesses decide, each given as source = agency or year."""
    said: list[Witness] = []
    for source, value in named.items():
        known: Source = source  # type: ignore[assignment]
        said.append(Witness(known, year=value) if isinstance(value, int) else Witness(known, value))
    return decide(said)


@pytest.mark.parametrize(
    ("named", "agency"),
    [
        ({"title": BUREAU}, BUREAU),
        ({"signature": BUREAU}, BUREAU),
        ({"title": "县水务局", "signature": BUREAU}, BUREAU),
        ({"title": "县局", "opening": BUREAU}, BUREAU),
        ({"title": "水务局", "listed": BUREAU}, BUREAU),
        ({"title": "旧城镇", "signature": "泸西县旧城镇人民政府"}, "泸西县旧城镇人民政府"),
        ({"title": "关于泸西县水务局", "signature": BUREAU}, BUREAU),
        # An office writes and signs the report of its government.
        ({"title": "泸西县", "opening": "泸西县政府办公室", "signature": "泸西县政府办公室"}, "泸西县"),
        ({"opening": "泸西县人民政府办公室", "signature": GOVERNMENT}, GOVERNMENT),
        ({"beside_title": GOVERNMENT, "opening": "泸西县人民政府办公室"}, GOVERNMENT),
        ({"title": "泸西县人民政府办公室", "signature": "泸西县人民政府办公室"}, "泸西县人民政府办公室"),
        # What stands around a report names the higher body.
        ({"title": BUREAU, "page_source": GOVERNMENT, "site": GOVERNMENT, "contact": GOVERNMENT}, BUREAU),
        ({"beside_title": GOVERNMENT, "site": GOVERNMENT, "signature": BUREAU}, BUREAU),
        ({"page_source": GOVERNMENT, "site": GOVERNMENT}, None),
        ({"page_source": BUREAU}, None),
        ({"page_source": BUREAU, "site": BUREAU}, BUREAU),
        ({"file_name": BUREAU}, BUREAU),
        ({"file_name": BUREAU, "listed": "泸西县教育局"}, "泸西县教育局"),
        ({}, None),
    ],
)
def test_agency(named: dict[str, str], agency: str | None) -> None:
    assert _decided(**named).agency == agency


@pytest.mark.parametrize(
    ("named", "year", "others"),
    [
        ({"title": 2021}, 2021, set()),
        ({"title": 2021, "period": 2020}, 2021, {2020}),
        ({"title": 2021, "period": 2020, "signature": 2021}, 2021, {2020}),
        ({"title": 2021, "opening": 2022, "period": 2022, "signature": 2022}, 2022, {2021}),
        ({"declared_title": 2021, "title": 2020}, 2021, {2020}),
        ({"text": 2021, "file_name": 2020}, 2021, set()),
        ({"listed": 2021, "text": 2020}, 2021, set()),
        ({"title": 2021, "listed": 2020}, 2021, {2020}),
        ({"file_name": 2020}, 2020, set()),
        ({}, None, set()),
    ],
)
def test_year(named: dict[str, int], year: int | None, others: set[int]) -> None:
    identity = _decided(**named)
    assert identity.year == year
    assert {witness.year for witness in identity.other_years} == others


def test_a_decision_says_what_it_rests_on() -> None:
    identity = _decided(title=BUREAU, signature="泸西县水务局", listed="泸西县教育局", site=GOVERNMENT)
    assert identity.agency_by == ("title", "signature")
    assert identity.other_agencies == (Witness("listed", "泸西县教育局"),)
