"""Style sheets of a page: which rules hold on a screen, and which of several declarations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from extractors.html.style.sheets import StyleSheets, declarations


def declared(css: str, markup: str = '<b class="x" id="i">1</b>', style: str = "") -> dict[str, str]:
    """Return what holds of the element `b` of a page with one style sheet."""
    page = html.document_fromstring(f"<style>{css}</style><p>{markup}</p>")
    sheets = StyleSheets(page)
    element = next(page.iter("b"))
    kind = 0
    for around in reversed([element, *element.iterancestors()]):
        kind = sheets.kind_of(around, kind)
    return dict(sheets.cascade(sheets.rules_for(element, kind), style))


@pytest.mark.parametrize(
    ("css", "color"),
    [
        ("b{color:red}.x{color:blue}", "blue"),
        (".x{color:blue}b{color:red}", "blue"),
        ("#i{color:green}.x{color:blue}", "green"),
        ("b{color:red !important}#i{color:green}", "red"),
        ("b{color:red}b{color:blue}", "blue"),
        ("p b{color:red}b{color:blue}", "red"),
        ("@media print{b{color:red}}", None),
        ("@media screen{b{color:red}}", "red"),
        ("@media only screen and (max-width: 600px){b{color:red}}", None),
        ("@media print, (min-width: 40em){b{color:red}}", "red"),
        ("@media (orientation: portrait){b{color:red}}", None),
        ("@supports not (display: grid){b{color:red}}", None),
        ("@keyframes a{from{color:red}}b{color:blue}", "blue"),
        ("p{margin:0; & .x{color:red}}", "red"),
        (":root{--c: red}b{color:var(--c)}", "red"),
        ("b{color:var(--none, blue)}", "blue"),
        ("b{color:red", "red"),
        ("a{}} b{color:red}", None),
        ("[v-cloak], b{color:red}", None),
    ],
)
def test_what_holds(css: str, color: str | None) -> None:
    assert declared(css).get("color") == color


def test_the_own_style_of_an_element_weighs_more_than_any_rule_that_is_not_important() -> None:
    assert declared("#i{color:red}", style="color:blue")["color"] == "blue"
    assert declared("b{color:red !important}", style="color:blue")["color"] == "red"


def test_others_are_known_to_be_there() -> None:
    linked = html.document_fromstring('<link rel="stylesheet" href="a.css"><p>1</p>')
    assert StyleSheets(linked).has_others
    assert StyleSheets(html.document_fromstring("<style>@import 'a.css';</style><p>1</p>")).has_others
    assert not StyleSheets(html.document_fromstring("<p>1</p>")).has_others


def test_what_changes_nothing_is_left_out() -> None:
    assert declarations("border: 1px solid; text-align: center") == ()
    assert declarations("background: #fff url(a;b.png) no-repeat") == (
        ("background-image", "#fff url(a;b.png) no-repeat", False),
        ("background-color", "#fff  no-repeat", False),
    )


@given(st.text(alphabet="ab{}();:\"'@/*\\ !.#,", max_size=60))
def test_no_sheet_stops_the_reading(css: str) -> None:
    StyleSheets(html.document_fromstring(f"<style>{css}</style><p>1</p>"))
    declarations(css)
