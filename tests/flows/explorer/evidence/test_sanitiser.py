"""Markup of portals cannot act, whatever it is: what comes back is read by a parser of browsers' kind."""

from __future__ import annotations

import base64
import io

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from extractors.document import Unreadable
from flows.explorer.evidence.archived_page import ArchivedPage, shown_page
from flows.explorer.evidence.sanitiser import sanitised
from tests.flows.documents.test_page_pictures import bomb
from tests.flows.explorer.evidence.hostile import ATTACKS, OUTSIDE

ALLOWED = frozenset(
    "align valign dir lang style id colspan rowspan width height scope nowrap border cellpadding cellspacing span "
    "start type src alt open".split()
)
ACTING = frozenset(
    "script style form input button select textarea iframe frame frameset object embed applet svg math meta base link "
    "template noscript audio video source picture canvas".split()
)
PROPERTIES = frozenset(
    "text-align vertical-align font-weight font-style text-decoration text-decoration-line text-indent "
    "white-space".split()
)


def assert_inert(markup: str, mark: str = "figure-1") -> None:
    """Whatever a browser makes of it, nothing in it acts, and nothing is asked for."""
    for element in BeautifulSoup(markup, "lxml").find_all(True):
        assert element.name not in ACTING
        assert set(element.attrs) <= ALLOWED, element
        assert element.get("id") in (None, mark)
        assert str(element.get("src") or "data:image/png;base64,").startswith("data:image/")
        for declaration in filter(None, str(element.get("style") or "").split(";")):
            name, _, value = declaration.partition(":")
            assert name.strip() in PROPERTIES
            assert not set("(){}\\@\"'<>") & set(value)
    tags = "".join(piece.partition(">")[0] for piece in markup.split("<")[1:])
    assert OUTSIDE not in tags
    assert "javascript:" not in tags


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_attack_is_left(attack: str) -> None:
    assert_inert(sanitised(ATTACKS[attack], "figure-1"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_attack_is_left_in_a_page(attack: str) -> None:
    body = f"<html><body><p>前文。</p>{ATTACKS[attack]}<p>后文。</p></body></html>".encode()
    shown = shown_page(ArchivedPage(body, None, "figure-1")).markup
    inside = shown.partition("<body>")[2].rpartition("</body>")[0]
    assert_inert(inside)
    assert "前文。" in inside
    assert shown.partition("<body>")[0].count("<style>") == 1


@given(
    st.lists(
        st.sampled_from(
            [*ATTACKS.values(), "<table><tr><td>", "</td>", "</table>", "<p title='", "'>", "<!--", "-->", "]]>"]
        ),
        max_size=6,
    )
)
def test_no_mixture_of_attacks_leaves_anything(pieces: list[str]) -> None:
    assert_inert(sanitised("".join(pieces), "figure-1"))


@given(st.text("<>/=\"' aimgsvptdyle:onx&#;-!\x00", max_size=80))
def test_no_text_leaves_anything(text: str) -> None:
    assert_inert(sanitised(text, "figure-1"))


def test_what_arranges_a_page_stays() -> None:
    row = '<tr><td colspan="2" align="center" style="text-align:center">总计</td></tr>'
    table = f'<table border="1"><tbody>{row}</tbody></table>'
    assert sanitised(table, "m") == table


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> str:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def test_a_small_picture_in_the_page_is_shown_and_others_are_not() -> None:
    assert 'src="data:image/png' in sanitised(f'<img src="{picture()}">', "m")
    large = base64.b64encode(bomb(60_000, 60_000)).decode()
    refused = [
        f"data:image/png;base64,{large}",
        "data:image/png;base64,AAAA",
        "data:image/png;base64," + "A" * 2_000_000,
        "http://a.cn/1.png",
    ]
    for address in refused:
        assert "src" not in sanitised(f'<img src="{address}">', "m")


def test_pages_that_are_too_deep_or_too_large_are_refused_or_shown_whole() -> None:
    with pytest.raises(Unreadable, match="nest too deep"):
        shown_page(ArchivedPage(b"<div>" * 100_000 + "一".encode(), None, "m"))
    with pytest.raises(Unreadable, match="at most"):
        shown_page(ArchivedPage(("<p>" + "一" * 25_000_000).encode(), None, "m"))
    large = shown_page(ArchivedPage(("<p>一二三四五。</p>" * 400_000).encode(), None, "m"))
    assert large.markup.count("<p>") == 400_000


def test_another_charset_is_read_as_the_reader_reads_it() -> None:
    body = '<meta charset="gb2312"><p>政府信息公开</p>'.encode("gb18030")
    assert "政府信息公开" in shown_page(ArchivedPage(body, "text/html; charset=utf-7", "m")).markup


def test_what_the_reader_of_a_page_does_not_see_is_not_shown() -> None:
    body = '<style>.h{display:none}</style><p>一<span style="display:none">二</span><span class="h">三</span>四</p>'
    shown = shown_page(ArchivedPage(body.encode(), None, "m")).markup
    assert "<p>一四</p>" in shown


def test_what_a_field_of_a_form_shows_is_text() -> None:
    body = '<table><tr><td>总计</td><td><input value="17"></td></tr><tr><td>申请</td><td>2</td></tr></table>'
    shown = shown_page(ArchivedPage(body.encode(), None, "m", (0, 1)))
    assert shown.marked_text == "17"


def test_a_mark_that_the_page_that_is_shown_has_lost_is_none() -> None:
    """A cell outside every table is one for the reader's parser, and none for a browser's."""
    body = "<table><tr><td>总计</td><td>3</td></tr><tr><td>申请</td><td>2</td></tr></table><p>完。</p>".encode()
    assert shown_page(ArchivedPage(body, None, "m", (0, 3))).marked_text == "2"
    assert shown_page(ArchivedPage(body, None, "m")).marked_text is None
