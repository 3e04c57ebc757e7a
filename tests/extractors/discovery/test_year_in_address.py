"""The year that an address names, for links that are a body's name alone; the year of publication is another."""

from __future__ import annotations

import pytest

from extractors.discovery.list_reader import read_list_pages
from extractors.portals.portal import AUTO
from extractors.web.client import PoliteClient
from tests.support.portals.server import SimulatedPortal, page


@pytest.mark.parametrize(
    ("address", "year"),
    [
        ("gknb2013/1.html", "2013"),
        ("2013n/xzjd/1.html", "2013"),
        ("2013nb/zxjd2013/1.html", "2013"),
        ("2013ndbg/1.html", "2013"),
        ("2013_nb/1.html", "2013"),
        ("nb-2013/1.html", "2013"),
        ("2013niandu/1.html", "2013"),
        ("2013年度/1.html", "2013"),
        ("2013/201403/t20140311_1.html", "2013"),
        ("show.jsp?nd=2013&id=1", "2013"),
        ("art/2014/3/25/art_1_2.html", ""),
        ("art/2014/art_0123456789abcdef0123456789abcdef.html", ""),
        ("2014/0325/1.html", ""),
        ("201403/t20140325_1.html", ""),
        ("show.jsp?id=2014", ""),
    ],
)
def test_year_of_a_name_by_its_address(address: str, year: str) -> None:
    with SimulatedPortal("/nb/list.html", []) as portal, PoliteClient(portal.politeness()) as client:
        portal.serve("/nb/list.html", page(f'<ul><li><a href="{address}">民政局</a> 2014-03-25</li></ul>'))
        found = read_list_pages([f"{portal.url}/nb/list.html"], AUTO, client.get)
    assert [(entry.title, entry.under) for entry in found.entries] == [("民政局", year)]
