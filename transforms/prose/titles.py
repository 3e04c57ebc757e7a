"""Titles of links → agency and year of the annual report, if it is one.

Owns the interpretation of titles; the patterns are in `titles.yml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from nianbao import Declaration, read_declaration

# 二〇二〇: 〇 is also typed as ○, ◯, 零, and as the letter O of three alphabets.
_ZEROS = "〇○◯零OoΟО"
_DIGITS = dict.fromkeys(_ZEROS, "0") | {digit: str(value) for value, digit in enumerate("一二三四五六七八九", start=1)}
_YEAR = rf"(?<!\d)(?:20\d\d|二[{_ZEROS}][{''.join(_DIGITS)}]{{2}})"
# 2021年1月 is a date; 2020年度假区 is 2020年 followed by a resort, 度假区.
_MARKED_YEAR = rf"{_YEAR}年(?!\d{{1,2}}月)(?:年度|度(?![假量]))?"
# A year without 年, as in 年度报告(2020), but not 2021-03-25, 2021.3.25 or 〔2021〕30号.
_BARE_YEAR = rf"{_YEAR}(?!\d|年|[./-]\d|[\]〕】)]?\d*号)"
_BODY = re.compile(r"[\u4e00-\u9fff（）()、]{2,25}")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BRACKETS = re.compile(r"[\[\]【】()《》〈〉“”\"「」…:,;—–_-]+")
# Full-width forms U+FF01–FF5E are ASCII 33–126, moved by 0xFEE0.
_NARROW = {code + 0xFEE0: code for code in range(33, 127)}


class _Patterns(Declaration):
    """The contents of `titles.yml`, whose comments explain each entry."""

    report: tuple[str, ...] = Field(min_length=1)
    excluded: tuple[str, ...]
    corrected: tuple[str, ...]
    before_agency: tuple[str, ...]
    after_agency: tuple[str, ...]
    agency_ending: str


@dataclass(frozen=True, slots=True)
class _Expressions:
    """The compiled patterns; `years` in order of trust."""

    report: tuple[re.Pattern[str], ...]
    excluded: re.Pattern[str]
    corrected: re.Pattern[str]
    before_agency: re.Pattern[str]
    after_agency: re.Pattern[str]
    agency_ending: re.Pattern[str]
    years: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class ReportTitle:
    """The contents of a title: `agency` is empty if it names none, `rest` is what follows (图片版, 更正)."""

    agency: str
    year: int
    rest: str
    corrected: bool


def report_title(text: str) -> ReportTitle | None:
    """Return agency and year of an annual report from its title; None if it is not one report of one year.

    >>> report_title("三明市2018年政府信息公开工作年度报告")
    ReportTitle(agency='三明市', year=2018, rest='', corrected=False)
    >>> report_title("二〇二〇年解放区人民政府信息公开工作年度报告（更正）")
    ReportTitle(agency='解放区人民政府', year=2020, rest='更正', corrected=True)
    >>> report_title("关于做好2025年政府信息公开工作年度报告编制和发布工作的通知") is None
    True
    """
    title = _INVISIBLE.sub("", text).translate(_NARROW)
    expressions = _expressions()
    names = _report_names(title, expressions)
    if not names or expressions.excluded.search(title):
        return None
    name = names[-1]
    parts = [name.group(), title[: name.start()], title[name.end() :]]
    year = _take_year(parts, expressions)
    if year is None:
        return None
    _, head, tail = parts
    if head.endswith("人民") and name.group().startswith("政府"):
        head += "政府"  # in 某县人民政府信息公开… the one 政府 belongs to both names
    if list_names := _report_names(head, expressions):
        head = head[list_names[-1].end() :]
    rest = _BRACKETS.sub(" ", tail).strip()
    agency = _agency(head, rest, expressions)
    return ReportTitle(agency, year, "" if agency == rest else rest, expressions.corrected.search(title) is not None)


def listed_title(title: str, under: str) -> ReportTitle | None:
    """Return agency and year of the report that a list of reports names; None if the entry is no report.

    `under` are the words with a year above or beside the entry: below them, a body's name alone names its report.

    >>> listed_title("民政局", "2013年度"), listed_title("全文下载", "2013年度")
    (ReportTitle(agency='民政局', year=2013, rest='', corrected=False), None)
    """
    named = report_title(title)
    years = set(re.findall(_YEAR, under))
    body = _INVISIBLE.sub("", title)
    if named or len(years) != 1 or not _BODY.fullmatch(body) or not _expressions().agency_ending.search(body):
        return named
    return ReportTitle(body, _value(years.pop()), "", corrected=False)


def _report_names(title: str, expressions: _Expressions) -> list[re.Match[str]]:
    """Return every match of the name of the report, from left to right."""
    names = [match for pattern in expressions.report for match in pattern.finditer(title)]
    return sorted(names, key=lambda match: match.start())


def _take_year(parts: list[str], expressions: _Expressions) -> int | None:
    """Remove the year from the part that has it and return it: in the name, else nearest before it, else after it."""
    for pattern in expressions.years:
        for number, part in enumerate(parts):
            years = list(pattern.finditer(part))
            if years:
                year = years[0] if number == 2 else years[-1]
                parts[number] = part[: year.start()] + part[year.end() :]
                return _value(year.group())
    return None


def _value(year: str) -> int:
    """Return the number of a year in Arabic or Chinese digits.

    >>> _value("二○一八年度"), _value("2018年")
    (2018, 2018)
    """
    return int("".join(_DIGITS.get(character, character) for character in year[:4]))


def _agency(head: str, rest: str, expressions: _Expressions) -> str:
    """Return the agency before the name of the report; if there is none, that in brackets or after the name."""
    agency = expressions.after_agency.sub("", expressions.before_agency.sub("", head))
    if agency:
        return agency
    candidates = (_BRACKETS.sub("", head), rest)
    return next((candidate for candidate in candidates if expressions.agency_ending.search(candidate)), "")


@cache
def _expressions() -> _Expressions:
    patterns = read_declaration(Path(__file__).with_suffix(".yml"), _Patterns)
    inner_year = rf"(?:[(\[]?(?:{_MARKED_YEAR}|{_YEAR})[)\]]?)"
    return _Expressions(
        report=tuple(re.compile(pattern.replace("{year}", inner_year)) for pattern in patterns.report),
        excluded=re.compile("|".join(patterns.excluded)),
        corrected=re.compile("|".join(patterns.corrected)),
        before_agency=re.compile(f"^(?:{'|'.join(patterns.before_agency)})+"),
        after_agency=re.compile(f"(?:{'|'.join(patterns.after_agency)})+$"),
        agency_ending=re.compile(patterns.agency_ending),
        years=(re.compile(_MARKED_YEAR), re.compile(_BARE_YEAR)),
    )
