"""Lists that print a number or a bullet."""

from __future__ import annotations

import pytest
from lxml import etree

from extractors.office.word.numbering import Numbering
from extractors.office.word.styles import W

NAMES = f'xmlns:w="{W[1:-1]}"'


def level(text: str, number_format: str = "decimal", at: int = 0) -> str:
    return f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/></w:lvl>'


def definition(number: int, content: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{content}</w:abstractNum>'


@pytest.mark.parametrize(
    ("definitions", "overridden", "level_of_paragraph", "printed"),
    [
        (definition(1, level("%1.")), "", "0", True),
        (definition(1, level("%1.")), "", "", True),
        (definition(1, level("%1.")), "", "1", False),
        (definition(1, level("", "bullet")), "", "0", False),
        (definition(1, level("%1", "none")), "", "0", False),
        (definition(1, level("—", "none")), "", "0", True),
        (definition(1, level("%1.")), f"<w:lvlOverride>{level('')}</w:lvlOverride>", "0", False),
        (
            definition(1, '<w:numStyleLink w:val="a"/>') + definition(2, '<w:styleLink w:val="a"/>' + level("%1.")),
            "",
            "0",
            True,
        ),
        ("", "", "0", False),
    ],
)
def test_printed_numbers(definitions: str, overridden: str, level_of_paragraph: str, printed: bool) -> None:
    number = f'<w:num w:numId="7"><w:abstractNumId w:val="1"/>{overridden}</w:num>'
    lists = Numbering(etree.fromstring(f"<w:numbering {NAMES}>{definitions}{number}</w:numbering>"))
    at = f'<w:ilvl w:val="{level_of_paragraph}"/>' if level_of_paragraph else ""
    assert lists.prints(etree.fromstring(f'<w:numPr {NAMES}>{at}<w:numId w:val="7"/></w:numPr>')) is printed


def test_no_list_prints_nothing() -> None:
    assert not Numbering(None).prints(None)
