"""Numbers and texts of a spreadsheet as their number format shows them.

Owns choosing the section of a format (ECMA-376, part 1, 18.8.30 and 18.8.31); `number_section` prints one. What is not
printed for sure (fractions, powers of ten, digits of other scripts, dates) is ILLEGIBLE.
"""

from __future__ import annotations

import operator
import re
from decimal import Decimal
from functools import lru_cache

from extractors.document import ILLEGIBLE
from extractors.office.sheets.number_section import GENERAL, Section, print_section, print_text, section_of

_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_COMPARISONS = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_TEXT_SECTION = 3
"""Place of the section for texts, after those for positive and negative numbers and for zero."""


def print_number(value: int | float, number_format: str) -> str:
    """Return the text of a number under a format; empty where the format shows nothing.

    >>> print_number(1234.5, "#,##0.00"), print_number(1234.5, "General"), print_number(-3, '0_);[Red](0)')
    ('1,234.50', '1234.5', '(3)')
    >>> print_number(12, '0"件"'), print_number(0.256, "0.0%"), print_number(27819600, "0!.0000")
    ('12件', '25.6%', '2781.9600')
    >>> print_number(0, '0;-0;"—"'), print_number(5, ";;;"), print_number(5, "[DBNum1]General") == ILLEGIBLE
    ('—', '', True)
    """
    sections = [section_of(each) for each in _sections(number_format)]
    if len(sections) > 1 and _holds_text(sections[-1]):
        sections.pop()
    exact = Decimal(repr(value))
    sections = sections[:_TEXT_SECTION] or [section_of(GENERAL)]
    if any(section.condition for section in sections):
        return _print_by_condition(exact, sections)
    if exact < 0 and len(sections) > 1:
        return print_section(-exact, sections[1])
    section = sections[2] if exact == 0 and len(sections) > _TEXT_SECTION - 1 else sections[0]
    return print_section(exact, section)


def shown_text(text: str, number_format: str) -> str:
    """Return what a format shows of a text.

    >>> shown_text("12", "General"), shown_text("12", '0;-0;0;@"件"'), shown_text("12", ";;;")
    ('12', '12件', '')
    """
    sections = [section_of(each) for each in _sections(number_format)]
    if len(sections) > _TEXT_SECTION:
        return print_text(text, sections[_TEXT_SECTION])
    return print_text(text, sections[-1]) if sections and _holds_text(sections[-1]) else text


def _print_by_condition(value: Decimal, sections: list[Section]) -> str:
    """Return the text under the first section whose condition holds, else under the last, which has none."""
    if value < 0 or any(section.condition is None for section in sections[:-1]):
        return ILLEGIBLE
    for section in sections:
        if section.condition is None or _holds(value, section.condition):
            return print_section(value, section)
    return ILLEGIBLE


def _holds(value: Decimal, condition: str) -> bool:
    match = _CONDITION.fullmatch(condition)
    return match is not None and bool(_COMPARISONS[match[1]](value, Decimal(match[2])))


def _holds_text(section: Section) -> bool:
    return any(kind == "text" for kind, _ in section.tokens)


@lru_cache(maxsize=1000)
def _sections(number_format: str) -> tuple[str, ...]:
    """Return the sections of a format, cut at the semicolons that are no literal signs."""
    pieces = re.findall(r'"[^"]*"|\\.|!.|\[[^\]]*\]|[_*].|.', number_format, re.DOTALL)
    sections = [""]
    for piece in pieces:
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return tuple(sections)
