"""What five real text reports say of themselves, as read by a person. They are not part of the repository."""

from __future__ import annotations

import pytest

from extractors.reader import read_documents
from tests.support.paths import SHARED
from transforms.jurisdictions.resolve import agency_kind
from transforms.report import Context, interpret

REAL = SHARED / "real"
# The two dates below the signatures are those of signing, and a date within the last report is another document's:
# none of the five says when it was published.
GOLDEN = {
    "houjia_town_2020": {
        "agency": "威海市文登区侯家镇人民政府",
        "agency_kind": "township",
        "jurisdiction": "CN-371003",
        "year": 2020,
        "published_on": None,
        "contact_office": "威海市文登区侯家镇人民政府党政办",
        "contact_address": "威海市文登区侯家镇爱民路2号",
        "contact_postcode": "264400",
        "contact_phone": "0631-8727088",
    },
    "laizhou_city_2020": {
        "agency": "莱州市人民政府",
        "agency_kind": "government",
        "jurisdiction": "CN-370683",
        "year": 2020,
        "published_on": None,
    },
    "wendeng_district_2020": {
        "agency": "威海市文登区人民政府",
        "agency_kind": "government",
        "jurisdiction": "CN-371003",
        "year": 2020,
        "published_on": None,
        "contact_office": "威海市文登区人民政府办公室政务公开科",
        "contact_address": "威海市文登区文山东路86号",
        "contact_postcode": "264400",
        "contact_phone": "0631—8988877",
    },
    "wendeng_office_2022": {
        "agency": "威海市文登区人民政府办公室",
        "agency_kind": "government_office",
        "jurisdiction": "CN-371003",
        "year": 2022,
        "published_on": None,
        "contact_office": "威海市文登区人民政府办公室政务公开科",
        "contact_address": "威海市文登区文山东路86号",
        "contact_postcode": "264400",
        "contact_phone": "0631—8988877",
    },
    "whhtz_office_2020": {
        "agency": "威海火炬高技术产业开发区党政办公室",
        "agency_kind": "government_office",
        "jurisdiction": "CN-371071",
        "year": 2020,
        "published_on": None,
        "contact_office": "威海火炬高技术产业开发区党政办公室",
        "contact_address": "威海市文化西路288号",
        "contact_postcode": "264209",
        "contact_phone": "0631-3919181",
        "contact_email": "whgqzgwk@wh.shandong.cn",
    },
}

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real reports are not here (../shared/real)")


@pytest.mark.parametrize("name", GOLDEN)
def test_a_real_report_says_who_reports_for_which_division_and_year(name: str) -> None:
    report = interpret(read_documents((REAL / f"{name}.txt").read_bytes()), Context())
    told = {
        "agency": report.agency,
        "agency_kind": agency_kind(report.agency or ""),
        "jurisdiction": report.jurisdiction,
        "year": report.year,
        "published_on": report.facts.published_on,
        **report.facts.contact,
    }
    assert told == GOLDEN[name]
