"""Every dialect against its simulated portal: exactly its reports, none missing, none foreign, or the right reason."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from extractors.dialects import (
    epoint_gov,
    generic_list,
    gkmlpt,
    lonsun_label,
    nfcms,
    openness_detail,
    openness_showlist,
    vsb,
)
from extractors.dialects.base import Dialect, dialects_by_precedence, recognise
from extractors.dialects.hanweb import hanweb_jpaas, hanweb_jpage, hanweb_xxgk, truecms
from extractors.dialects.trs import trs_igs, trs_static, trs_was
from extractors.dialects.ucap import ucap, ucap_codes, ucap_posted, ucap_search5
from extractors.document import Block
from extractors.formats import html
from extractors.html.attachments import find_attachments
from extractors.html.tree import parse
from extractors.media_type import media_type_of
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from tests.support.portals.epoint import EpointPortal
from tests.support.portals.gkmlpt import GkmlptPortal
from tests.support.portals.hanweb_jpaas import JpaasPortal
from tests.support.portals.hanweb_jpage import JpagePortal
from tests.support.portals.hanweb_xxgk import AnnualReportPortal, XxgkPortal
from tests.support.portals.lonsun import LonsunPortal
from tests.support.portals.openness import OpennessPortal
from tests.support.portals.server import annual_reports, answered, hub_items, reports, titles
from tests.support.portals.ucap import UcapPortal
from tests.support.portals.vsb import VsbPortal
from tests.support.servers.scripted import Answer

URL = "http://x.gov.cn/nb/"

IN_ORDER: dict[str, Dialect] = {
    "gkmlpt": gkmlpt,
    "nfcms": nfcms,
    "hanweb_jpaas": hanweb_jpaas,
    "hanweb_jpage": hanweb_jpage,
    "hanweb_xxgk": hanweb_xxgk,
    "truecms": truecms,
    "epoint_gov": epoint_gov,
    "ucap_posted": ucap_posted,
    "ucap": ucap,
    "ucap_codes": ucap_codes,
    "ucap_search5": ucap_search5,
    "lonsun_label": lonsun_label,
    "openness_showlist": openness_showlist,
    "openness_detail": openness_detail,
    "vsb": vsb,
    "trs_igs": trs_igs,
    "trs_was": trs_was,
    "trs_static": trs_static,
    "generic_list": generic_list,
}


def test_fingerprints_are_tested_in_the_order_of_portals() -> None:
    assert list(dialects_by_precedence().items()) == list(IN_ORDER.items())
    both = "<UCAPCONTENT></UCAPCONTENT><script>createPageHTML(3, 0, 'index', 'html')</script>"
    assert recognise(answered("http://x.gov.cn/nb/", both)) == ["ucap", "trs_static"]
    assert recognise(answered("http://x.gov.cn/nb/", "<p>no list</p>")) == ["generic_list"]


@pytest.mark.parametrize("tab", [True, False])
def test_gkmlpt_reads_each_page_of_the_category_once(tab: bool) -> None:
    items = annual_reports(230) + hub_items()
    with GkmlptPortal(items, tab=tab) as portal:
        found = portal.crawl()
        asked = [one.query["page"] for one in portal.requests if "/api/" in one.path]
    assert (found.dialects, found.complete, found.reason) == (["gkmlpt"], True, None)
    assert reports(found) == titles(annual_reports(230))
    assert len(found.entries) == len(items)
    assert found.entries[0].published_on == items[0].day
    assert asked == ["1", "2", "3", "4"]  # the last, because counts may be too low


@pytest.mark.parametrize(("failing", "kept"), [("1", ()), ("2", (*range(100), *range(200, 230)))])
def test_answer_of_an_api_that_fails_is_named_and_never_skipped(failing: str, kept: tuple[int, ...]) -> None:
    items = annual_reports(230)
    with GkmlptPortal(items) as portal:
        works = portal.scripts["/gkmlpt/api/all/2629"]
        fails = Answer(status=412)
        portal.serve("/gkmlpt/api/all/2629", lambda asked: fails if asked.query["page"] == failing else works(asked))
        found = portal.crawl()
    assert (found.complete, reports(found)) == (False, titles(items[at] for at in kept))
    assert found.reason is not None
    assert f"page={failing}&sid=755001: HTTP 412" in found.reason


def test_gkmlpt_article_is_read_from_the_configuration_of_its_page() -> None:
    items = annual_reports(1)
    with GkmlptPortal(items) as portal, PoliteClient(portal.politeness()) as session:
        (entry,) = portal.crawl().entries
        (document,) = html.read(session.get(Request(entry.url)).body)
    assert [part.text for part in document.parts if isinstance(part, Block)] == [items[0].title, "一、总体情况"]


@pytest.mark.parametrize("by", ["page", "startrecord", "post"])
@pytest.mark.parametrize("inline", [True, False])
def test_jpage_reads_the_group_in_the_page_and_the_pages_behind_it(by: str, inline: bool) -> None:
    items = annual_reports(109) + hub_items()
    with JpagePortal(items, by=by, inline=inline) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["hanweb_jpage"], True, None)
    assert reports(found) == titles(annual_reports(109))
    assert len(found.entries) == len(items)
    assert {entry.published_on for entry in found.entries} == {item.day for item in items}


def test_jpage_with_encrypted_parameters_is_partial() -> None:
    items = annual_reports(109)
    with JpagePortal(items, encrypted=True) as portal:
        found = portal.crawl()
    assert reports(found) == titles(items[:60])
    assert (found.complete, found.reason) == (
        False,
        f"{portal.url}{portal.list_path} declares 4 pages, 1 of them contain entries",
    )


def test_vsb_reads_the_pages_in_reverse() -> None:
    items = annual_reports(50) + hub_items()
    with VsbPortal(items) as portal:
        found = portal.crawl()
        asked = [one.path for one in portal.requests if one.path.startswith("/zwgk/")]
    assert (found.dialects, found.complete, found.reason) == (["vsb"], True, None)
    assert reports(found) == titles(annual_reports(50))
    assert len(found.entries) == len(items)
    assert asked == ["/zwgk/xxgknb.htm", *(f"/zwgk/xxgknb/{number}.htm" for number in (3, 2, 1))]


@pytest.mark.parametrize(("at", "file"), [(0, "/system/_content/download.jsp"), (1, "/__local/A/1B/2C/ABC.pdf")])
def test_vsb_files_without_an_ending_and_shown_by_script(at: int, file: str) -> None:
    items = annual_reports(2)
    with VsbPortal(items) as portal, PoliteClient(portal.politeness()) as session:
        entry = portal.crawl().entries[at]
        article = session.get(Request(entry.url))
        (attachment,) = find_attachments(parse(article.body), article.final_url)
        answer = session.get(Request(attachment.url))
    assert urlsplit(attachment.url).path == file
    assert media_type_of(answer.body) == "application/pdf"


def test_vsb_page_of_another_list_is_partial() -> None:
    items = annual_reports(50)
    with VsbPortal(items, foreign=True) as portal:
        found = portal.crawl()
    assert (reports(found), len(found.entries)) == (titles(items[:15] + items[30:]), 35)
    assert (found.complete, found.reason) == (
        False,
        f"{portal.url}/zwgk/xxgknb/3.htm shows the entries of another list",
    )


@pytest.mark.parametrize("static", [True, False])
def test_ucap_reads_its_api_and_static_lists(static: bool) -> None:
    items = annual_reports(40) + hub_items()
    with UcapPortal(items, static=static) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["ucap"], True, None)
    assert reports(found) == titles(annual_reports(40))
    assert len(found.entries) == len(items)
    assert {entry.published_on for entry in found.entries} == {item.day for item in items}


def test_ucap_page_of_another_list_is_partial() -> None:
    items = annual_reports(40)
    with UcapPortal(items, static=True, foreign=True) as portal:
        found = portal.crawl()
    assert reports(found) == titles(items[:15] + items[30:])
    third = f"{portal.url}{portal.list_path.removesuffix('.shtml')}_3.shtml"
    assert found.reason == f"{third} contains entries, and page 2 before it does not"


def test_jpaas_pages_through_its_parameter_in_json() -> None:
    items = annual_reports(40) + hub_items()
    with JpaasPortal(items) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["hanweb_jpaas"], True, None)
    assert reports(found) == titles(annual_reports(40))
    assert len(found.entries) == len(items)


@pytest.mark.parametrize("area", [True, False])
def test_xxgk_posts_its_search_and_leaves_other_lists_out(area: bool) -> None:
    items = annual_reports(35) + hub_items()
    with XxgkPortal(items, area=area) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["hanweb_xxgk"], True, None)
    assert reports(found) == titles(annual_reports(35))
    assert len(found.entries) == len(items)


def test_xxgk_reports_behind_the_address_for_each_year() -> None:
    items = annual_reports(60)[::14]
    with AnnualReportPortal(items) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete) == (["hanweb_xxgk"], True)
    assert reports(found) == titles(items)


@pytest.mark.parametrize("posts", [True, False])
@pytest.mark.parametrize("names_label", [True, False])
def test_lonsun_reads_the_fragments_of_its_label(posts: bool, names_label: bool) -> None:
    items = annual_reports(50) + hub_items()
    with LonsunPortal(items, posts=posts, names_label=names_label) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["lonsun_label"], True, None)
    assert reports(found) == titles(annual_reports(50))
    assert {entry.published_on for entry in found.entries} == {item.day for item in items}


@pytest.mark.parametrize(
    ("dialect", "row"),
    [(vsb, '<a id="line_u5_0" href="/1.html">t</a>'), (lonsun_label, '<a class="xxgk_navli" href="/1.html">t</a>')],
)
def test_rows_that_are_anchors_themselves(dialect: Dialect, row: str) -> None:
    rows = dialect.rows(answered(URL, f"<div>{row}</div>"), URL)
    assert [(link.url, link.title) for link in rows] == [("http://x.gov.cn/1.html", "t")]


@pytest.mark.parametrize(
    ("dialect", "html", "pages"),
    [
        (generic_list, "<script>var totalPage = 7</script><p>共3页", 7),
        (generic_list, "<p>共3页<script>var totalPage = 7</script>", 3),
        (generic_list, "<p>共0页<script>var totalPage = 7</script>", None),
        (ucap, "<p>共3页<script>createPageHTML(7, 0)</script>", 3),
        (ucap, "<script>createPageHTML('p', 7, 0)</script><p>共3页", 7),
    ],
)
def test_first_statement_of_the_number_of_pages_counts(dialect: Dialect, html: str, pages: int | None) -> None:
    assert dialect.declared_pages(answered(URL, html)) == pages


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("dialect", "unit"),
    [
        (hanweb_jpage, "<record> "),
        (hanweb_jpage, "<record>" + " " * 3_000),
        (hanweb_jpaas, "count='1' "),
        (lonsun_label, "/site/label/8888?"),
        (lonsun_label, "/site/label/8888?labelName=publicInfoList"),
    ],
)
def test_long_pages_without_what_is_searched_for(dialect: Dialect, unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert dialect.rows(answered(URL, text), URL) == []
    assert dialect.declared_pages(answered(URL, text)) is None
    fragment = json.dumps({"data": {"html": text}})
    assert dialect.declared_pages(answered(URL, fragment)) is None
    dialect.next_pages(answered(URL, text), 2)


@pytest.mark.parametrize(
    "record",
    ["<a href='/1.html'>t</a>", "&lt;a href='/1.html'&gt;t&lt;/a&gt;", " <![CDATA[ <a href='/1.html'>t</a> ]]>\n"],
)
def test_records_of_jpage(record: str) -> None:
    page = answered(URL, f"<datastore><record><record>{record}</record><record>\n</record></datastore>")
    assert [link.title for link in hanweb_jpage.rows(page, URL)] == ["t"]


@pytest.mark.parametrize("directory", [True, False])
def test_openness_reads_its_numbered_pages(directory: bool) -> None:
    items = annual_reports(40) + hub_items()
    with OpennessPortal(items, directory=directory) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["openness_showlist"], True, None)
    assert reports(found) == titles(annual_reports(40))
    assert len(found.entries) == len(items)


@pytest.mark.parametrize("origin", [0, 1])
@pytest.mark.parametrize("framed", [True, False])
def test_epoint_asks_its_api_whatever_the_origin_of_its_pages(origin: int, framed: bool) -> None:
    items = annual_reports(40) + hub_items()
    with EpointPortal(items, origin=origin, framed=framed) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, found.reason) == (["epoint_gov"], True, None)
    assert reports(found) == titles(annual_reports(40))
    assert len(found.entries) == len(items)


def test_epoint_static_list() -> None:
    items = annual_reports(12)
    with EpointPortal(items, static=True) as portal:
        found = portal.crawl()
    assert (found.dialects, found.complete, reports(found)) == (["epoint_gov"], True, titles(items))
