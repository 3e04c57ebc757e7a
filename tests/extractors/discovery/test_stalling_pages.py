"""Pages of lists are read in bounded time, whatever there is very much of on them."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic

import pytest

from extractors.dialects.base import dialects_by_precedence
from extractors.discovery.candidate_links import locations, named_pages
from extractors.discovery.list_peek import peek_list
from extractors.discovery.probe import site_name
from extractors.html.page_parts import read_parts
from extractors.web.block_pages import find_block_page
from extractors.web.homepage_check import may_be_home, read_homepage
from extractors.web.request import Request
from extractors.web.response import Response
from tests.support.portals.server import answered
from tests.support.portals.stalling import STALLING

URL = "http://www.jiazi.gov.cn/zwgk/nb/index.html"
LONGEST = 15.0
"""Seconds that a busy machine may take; a pattern that begins anew at each sign takes minutes."""


def nothing_further(request: Request) -> Response:
    return Response(request.url, request.url, 404, "gone", b"", {}, datetime.now(UTC), "HTTP 404 Not Found")


@pytest.mark.parametrize("much", STALLING)
def test_page_is_read_in_bounded_time(much: str) -> None:
    page = answered(URL, STALLING[much])
    begun = monotonic()
    for dialect in dialects_by_precedence():
        peek_list(page, dialect, nothing_further)
    for declared in (dialect.declared_pages for dialect in dialects_by_precedence().values()):
        declared(page)
    named_pages(page)
    locations(page.text, URL)
    site_name(page.soup)
    find_block_page(Request(URL), URL, {"content-type": "text/html"}, page.body)
    read_parts(page.body, "text/html", URL)
    may_be_home(page.body)
    read_homepage(page.body, URL)
    assert monotonic() - begun < LONGEST
