"""No text of a report, a portal or a visitor becomes markup, a link that runs, or a formula, on any page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.support.explorer_client import HOST, pages_of
from tests.support.explorer_walk import Get, Visited, faults_of, kind_of, walk
from tests.support.fixtures import Crawled
from tests.support.hostile.warehouse import ADDRESSES, MARK, TEXTS, make_hostile_root

STARTS = tuple(f"http://{HOST}/{language}/" for language in ("zh", "en"))


def getter(client: TestClient) -> Get:
    def get(address: str) -> tuple[int, str, bytes]:
        answer = client.get(address, follow_redirects=True)
        return answer.status_code, answer.headers.get("content-type", ""), answer.content

    return get


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("hostile")
    make_hostile_root(root)
    with pages_of(root) as client:
        yield client


@pytest.fixture(scope="module", params=[3, pytest.param(8, marks=pytest.mark.long)])
def visited(request: pytest.FixtureRequest, hostile: TestClient) -> list[Visited]:
    return walk(getter(hostile), STARTS, most_of_a_kind=request.param)


def test_every_page_is_there(visited: list[Visited]) -> None:
    wrong = {one.address: (one.status, one.linked_from) for one in visited if one.status != 200}
    assert wrong == {}
    kinds = {kind_of(one.address)[1:3] for one in visited}
    assert kinds >= {("",), ("ask", ""), ("quarantine", ""), ("quarantine", "#"), ("portals", ""), ("portals", "#")}


def test_nothing_hostile_becomes_anything(visited: list[Visited]) -> None:
    faults = {one.address: found for one in visited if (found := faults_of(one, MARK))}
    assert faults == {}
    assert any(TEXTS[0] in one.soup.get_text() for one in visited if one.is_page)


@pytest.mark.parametrize("text", [*TEXTS, *ADDRESSES])
def test_nothing_that_a_visitor_sends_becomes_anything(text: str, hostile: TestClient) -> None:
    sent = quote(text.encode("utf-8", "replace"), safe="")
    for target in (
        *(f"/en/ask/?sql={sent}", f"/zh/ask/?question={sent}", f"/en/ask/?sql={quote('SELECT ')}{sent}"),
        *(f"/en/quarantine/?portal={sent}&reason={sent}", f"/en/portals/{sent}/", f"/zh/places/{sent}/", f"/{sent}/"),
        *(f"/en/reports/{sent}/", f"/en/bodies/{sent}/", f"/en/findings/?place={sent}&check={sent}", f"/en/{sent}"),
        f"/en/ask/answer.csv?sql={quote('SELECT ')}{quote(repr(text.replace(chr(0), '')), safe='')}%20AS%20x",
    ):
        answer = hostile.get(f"http://{HOST}{target}")
        assert answer.status_code < 500, target
        where = Visited(
            f"http://{HOST}{target}", "", answer.status_code, answer.headers.get("content-type", ""), answer.content
        )
        assert faults_of(where, MARK) == [], target
        assert "\n" not in answer.headers.get("location", "")
        assert "set-cookie" not in answer.headers


def test_every_page_of_a_crawled_warehouse_is_there(crawled: Crawled) -> None:
    with pages_of(crawled.place.settings.data_root) as client:
        found = walk(getter(client), STARTS, most_of_a_kind=2)
    wrong = {one.address: (one.status, one.linked_from) for one in found if one.status != 200}
    assert wrong == {}
    assert {one.address: faults for one in found if (faults := faults_of(one, MARK))} == {}
