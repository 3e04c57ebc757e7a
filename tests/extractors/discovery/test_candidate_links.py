"""Pages that a page names, whatever it holds: nothing that a server sends may end a search."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.discovery.candidate_links import locations, named_pages, sitemaps_of
from extractors.discovery.link_scores import link_score
from extractors.discovery.list_search import find_list_pages
from extractors.portals.portal import AUTO
from extractors.web.request import Request
from extractors.web.response import Response
from tests.support.portals.server import answered

PIECES = st.sampled_from(
    [
        '<a href="',
        "http://[",
        "/zfxxgknb/",
        "政府信息公开年报",
        '">',
        "</a>",
        "<img alt='年报'>",
        "window._CONFIG={SID:'1',TREE:[",
        "{'name':'年报','url':'http://[x'}",
        '{"id":3,"name":"年报","children":[{"id":4,"name":"年报","jump_url":"//["}]}]',
        "righttitle=%E5%B9%B4%E6%8A%A5",
        "<iframe src='//[x'>",
        "Sitemap: http://[x\n",
        "<loc>http://[x</loc>",
        "<loc>/nb/</loc>",
        "<script>location.href='//[x'</script>",
        "<datastore>",
        "createPageHTML(9,0,'index','html')",
    ]
)
PAGES = st.lists(PIECES | st.text(max_size=5), max_size=12).map(lambda parts: "".join(parts).encode("utf-8", "replace"))
HOME = "http://x.gov.cn/gkmlpt/index"


@settings(deadline=None)
@given(PAGES)
def test_links_are_urls_whatever_the_page_holds(body: bytes) -> None:
    for words, url in named_pages(answered(HOME, body)):
        assert url.startswith(("http://", "https://"))
        assert 0 <= link_score(words, url) <= 100
    text = answered(HOME, body).text
    for url in (*sitemaps_of(text, HOME), *locations(text, HOME)):
        assert link_score("", url) >= 0


@settings(deadline=None)
@given(st.lists(PAGES, min_size=1, max_size=4))
def test_a_search_ends_whatever_the_pages_hold(bodies: list[bytes]) -> None:
    asked: list[str] = []

    def fetch(request: Request) -> Response:
        asked.append(request.url)
        return answered(request.url, bodies[len(asked) % len(bodies)])

    search = find_list_pages(HOME, AUTO, fetch, lambda title, under: "年报" in title)
    assert search.asked == len(asked)
    assert search.found or search.reason


def test_script_nodes_in_either_order_and_pictures() -> None:
    body = b"""<a href="/nb/"><img alt="\xe5\xb9\xb4\xe6\x8a\xa5"></a><script>
        [{name: "AA", url: "/a/"}, {"href": "/b/", "title": "BB"}, {name: "CC"}, {url: "/d/"}]</script>"""
    assert named_pages(answered("http://x.gov.cn/", body)) == [
        ("年报", "http://x.gov.cn/nb/"),
        ("AA", "http://x.gov.cn/a/"),
        ("BB", "http://x.gov.cn/b/"),
    ]


def test_tree_of_a_unit_of_gkmlpt() -> None:
    body = """<script>window._CONFIG = {SID:'1', TREE:[{"id": 7, "name": "公开", "children":
        [{"id": 8, "name": "年报"}, {"id": 9, "name": "部门年报", "jump_url": "/bm/nb/"}]}]}</script>""".encode()
    assert set(named_pages(answered("http://x.gov.cn/jyj/gkmlpt/index", body))) == {
        ("公开", "http://x.gov.cn/jyj/gkmlpt/index#7"),
        ("年报", "http://x.gov.cn/jyj/gkmlpt/index#8"),
        ("部门年报", "http://x.gov.cn/bm/nb/"),
        ("年报", "http://x.gov.cn/jyj/gkmlpt/annualreport"),
    }
