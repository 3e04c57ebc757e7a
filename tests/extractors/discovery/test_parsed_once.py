"""How often pages are parsed: a list page once from its fetch to its entries, a response never again by itself."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from bs4 import BeautifulSoup

from extractors.discovery.fetch_once import FetchOnce
from extractors.discovery.list_reader import read_list_pages
from extractors.discovery.list_walk import has_page
from extractors.html import soup
from extractors.portals.portal import AUTO
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Response
from tests.extractors.discovery.test_list_search import ITEMS, PORTALS
from tests.support.portals.server import answered

URL = "http://x.gov.cn/nb/"
ONLY_TEXT = {
    "gkmlpt, the tab": "all",
    "gkmlpt, the directory": "all",
    "epoint": "all",
    "epoint in a frame": "all",
    "epoint, static": "the script",
    "ucap": "all",
    "jpaas": "the list page",
}
"""What is not parsed at all: answers in JSON, and pages in whose scripts the dialect finds all that it needs."""


class Parses(list[str]):
    """The texts that were parsed since the test began, by whatever parser."""


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Parses:
    parsed = Parses()

    def counted(text: str, features: str) -> BeautifulSoup:
        if text:
            parsed.append(text)
        return BeautifulSoup(text, features)

    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a list page is parsed by lxml itself")

    monkeypatch.setattr(soup, "BeautifulSoup", counted)
    for name in ("document_fromstring", "fromstring", "fragment_fromstring", "fragments_fromstring", "parse"):
        monkeypatch.setattr(lxml.html, name, refused)
    return parsed


@pytest.mark.parametrize("name", PORTALS)
def test_list_page_of_every_dialect_is_parsed_once(name: str, parses: Parses) -> None:
    make, dialect = PORTALS[name]
    answers: list[Response] = []
    with make(ITEMS) as portal, PoliteClient(portal.politeness()) as client:

        def fetch(request: Request) -> Response:
            response = client.get(request)
            answers.extend([response] if has_page(response) else [])
            return response

        found = read_list_pages([portal.url + portal.list_path], AUTO, fetch)
    assert (found.dialects, found.complete) == ([dialect], True)
    only_text = {"all": len(answers), "the script": 1, "the list page": 1}.get(ONLY_TEXT.get(name, ""), 0)
    assert len(parses) == len(answers) - only_text


def test_everybody_shares_the_tree_of_a_response(parses: Parses) -> None:
    page = answered(URL, "<a href='1.html'>t</a>")
    assert page.soup is page.soup
    assert [link.url for link in page.links] == [f"{URL}1.html"]
    assert Counter(parses) == {"<a href='1.html'>t</a>": 1}


def test_other_body_has_another_tree() -> None:
    page = answered(URL, "<a href='1.html'>t</a>")
    assert page.media_type == "text/plain"
    assert len(page.links) == 1
    other = replace(page, body=b"%PDF-1.7 <a href='2.html'>t</a>")
    assert (other.media_type, other.text[:4], other.links, other.soup.find("a")) == (
        "application/pdf",
        "%PDF",
        (),
        None,
    )
    assert page != other


def test_tree_is_no_part_of_a_response() -> None:
    page, plain = answered(URL, "<a href='1.html'>t</a>"), answered(URL, "<a href='1.html'>t</a>")
    plain = replace(plain, fetched_at=page.fetched_at)
    assert page.links
    assert (page, repr(page)) == (plain, repr(plain))
    again = pickle.loads(pickle.dumps(page))
    assert again == page
    assert vars(again) == vars(plain)


def test_search_keeps_no_trees() -> None:
    fetch = FetchOnce(lambda request: answered(request.url, "<a href='1.html'>t</a>"))
    first, second = fetch(Request(URL)), fetch(Request(URL))
    assert first.links
    assert (fetch.count, "soup" in vars(first), "soup" in vars(second)) == (1, True, False)
