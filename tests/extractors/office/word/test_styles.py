"""Looks of runs out of their styles."""

from __future__ import annotations

import pytest
from lxml import etree

from extractors.office.word.styles import Styles, W, properties_of, value_of

NAMES = f'xmlns:w="{W[1:-1]}"'


def styles(content: str) -> Styles:
    return Styles(etree.fromstring(f"<w:styles {NAMES}>{content}</w:styles>"))


def style(name: str, run: str, based_on: str = "", attributes: str = 'w:type="character"') -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style {attributes} w:styleId="{name}">{base}<w:rPr>{run}</w:rPr></w:style>'


def own(content: str) -> etree._Element:
    return etree.fromstring(f"<w:rPr {NAMES}>{content}</w:rPr>")


@pytest.mark.parametrize(
    ("by_paragraph", "by_run", "direct", "struck"),
    [
        ("<w:strike/>", "", "", True),
        ("<w:strike/>", "<w:strike/>", "", False),
        ("<w:strike/>", '<w:strike w:val="0"/>', "", True),
        ("<w:strike/>", "", '<w:strike w:val="0"/>', False),
        ("", "<w:strike/>", "<w:strike/>", True),
    ],
)
def test_a_toggle_in_two_styles_is_off(by_paragraph: str, by_run: str, direct: str, struck: bool) -> None:
    known = styles(style("p", by_paragraph) + style("r", by_run))
    look = known.run(own(f'<w:rStyle w:val="r"/>{direct}'), known.style("p"), known.style(""))
    assert ("strike" in look) is struck


def test_a_style_says_what_its_base_says_unless_it_says_otherwise() -> None:
    known = styles(style("a", '<w:sz w:val="2"/><w:vanish/>') + style("b", '<w:sz w:val="20"/>', "a"))
    assert value_of(known.style("b").run["sz"]) == "20"
    assert "vanish" in known.style("b").run


def test_the_typeface_for_latin_letters_comes_from_the_last_that_names_one() -> None:
    known = styles(style("a", '<w:rFonts w:ascii="Wingdings"/>') + style("b", '<w:rFonts w:hint="eastAsia"/>', "a"))
    look = known.run(own('<w:rStyle w:val="b"/><w:rFonts w:eastAsia="仿宋"/>'), known.style(""), known.style(""))
    assert look["rFonts"].get(f"{W}ascii") == "Wingdings"


def test_styles_that_are_based_on_each_other_end() -> None:
    known = styles(style("a", "<w:strike/>", "b") + style("b", "<w:vanish/>", "a"))
    assert set(known.style("a").run) == {"strike", "vanish"}


def test_paragraphs_without_a_style_have_the_default_one() -> None:
    default = style("n", '<w:sz w:val="1"/>', attributes='w:type="paragraph" w:default="1"')
    found, properties = styles(default).paragraph(None)
    assert (value_of(found.run["sz"]), properties) == ("1", {})
    assert properties_of(None) == {}
