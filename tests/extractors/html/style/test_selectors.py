"""Selectors: which elements they match, how they weigh, and what is not understood."""

from __future__ import annotations

import pytest
from lxml import html

from extractors.html.style.selectors import parse_selectors

PAGE = html.document_fromstring(
    '<div id="top" class="a b"><p class="first" lang="zh-CN">1</p><p>2</p>'
    '<ul><li>3</li><li data-x="old row">4</li></ul><input disabled><a href="#">5</a></div>'
)


def matched(selector: str) -> list[str]:
    """Return the texts, or the tags, of the elements that a selector matches."""
    (parsed,) = parse_selectors(selector)
    assert parsed is not None
    return [element.text or str(element.tag) for element in PAGE.iter() if parsed.matches(element)]


@pytest.mark.parametrize(
    ("selector", "texts"),
    [
        ("p", ["1", "2"]),
        ("*.first", ["1"]),
        ("#top", ["div"]),
        (".a.b", ["div"]),
        (".a.c", []),
        ("div li", ["3", "4"]),
        ("div > li", []),
        ("ul>li", ["3", "4"]),
        ("body .a p", ["1", "2"]),
        (".first + p", ["2"]),
        (".first+ul", []),
        (".first ~ ul", ["ul"]),
        ("[data-x]", ["4"]),
        ("li[data-x='old row']", ["4"]),
        ("[data-x~=row]", ["4"]),
        ("[data-x^=old]", ["4"]),
        ("[data-x$=row]", ["4"]),
        ("[data-x*='d r']", ["4"]),
        ("[lang|=zh]", ["1"]),
        ("li:first-child", ["3"]),
        ("li:last-child", ["4"]),
        ("li:nth-child(2n+1)", ["3"]),
        ("li:nth-child(even)", ["4"]),
        ("p:nth-last-of-type(1)", ["2"]),
        ("p:not(.first)", ["2"]),
        (":is(ul, ol) li:not([data-x])", ["3"]),
        ("a:link", ["5"]),
        ("a:hover", []),
        ("input:disabled", ["input"]),
        ("p:empty", []),
    ],
)
def test_matches(selector: str, texts: list[str]) -> None:
    assert matched(selector) == texts


@pytest.mark.parametrize(
    ("selector", "specificity"),
    [("p", (0, 0, 1)), ("#a .b p", (1, 1, 1)), ("*", (0, 0, 0)), ("p:not(#a)", (1, 0, 1)), (":where(#a) p", (0, 0, 1))],
)
def test_weighs(selector: str, specificity: tuple[int, int, int]) -> None:
    (parsed,) = parse_selectors(selector)
    assert parsed is not None
    assert parsed.specificity == specificity


def test_parts_of_elements_are_told_apart() -> None:
    parts = [parsed.part for parsed in parse_selectors("p::before, p:after, p") if parsed]
    assert parts == ["before", "after", ""]


@pytest.mark.parametrize("selector", ["", "} .a", "[a=", "p:not()", "&"])
def test_what_is_no_selector_is_none(selector: str) -> None:
    assert parse_selectors(selector) == [None]
