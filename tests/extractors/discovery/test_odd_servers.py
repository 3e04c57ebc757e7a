"""Servers that stop answering as a list does: every dialect keeps what it has, says what is missing, and leaves."""

from __future__ import annotations

import json

import pytest

from tests.support.portals.every import HONEST
from tests.support.portals.server import Item, annual_reports, page, reports, titles
from tests.support.portals.static import NEWS, lines
from tests.support.servers.scripted import Answer

ITEMS = annual_reports(330)
FOREIGN = [Item(6000 + at, f"乙丑县{2020 - at}年政府信息公开工作年度报告", NEWS[0].day) for at in range(3)]
MOST_ASKED = 12
"""Requests after the server begins to be odd."""

ODD: dict[str, Answer | str | bytes] = {
    "other news": page(
        lines(NEWS + FOREIGN, lambda item: f"/xw/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number}.html")
    ),
    "an error in JSON": json.dumps({"code": 500, "msg": "系统繁忙"}),
    "JSON of another kind": json.dumps([{"data": 1, "page": [], "results": "x"}]),
    "a list in another kind": json.dumps({"data": {"results": [7, None, {"url": 3}]}, "articles": {}, "page": "x"}),
    "trouble": Answer("", 503),
    "a firewall": Answer("", 412),
    "a redirect to itself": Answer("", 302, {"Location": "?"}),
    "bytes": b"\x00\xff\xfe" * 400,
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", HONEST)
def test_list_that_turns_into_something_else(name: str, odd: str) -> None:
    answer = ODD[odd]
    with HONEST[name](ITEMS) as portal:
        portal.instead = (4, answer if isinstance(answer, Answer) else Answer(answer))
        found = portal.crawl()
        asked = len(set(portal.targets()))
    assert set(reports(found)) <= set(titles(ITEMS))
    assert len(found.entries) < len(ITEMS)
    assert not found.complete or found.note
    assert asked <= 4 + MOST_ASKED
