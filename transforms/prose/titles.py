"""Titles → agency and year of the annual report, if they name one.

Owns the interpretation of one title; the patterns are in `titles.yml`. `title_lines` finds it among other lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from nianbao import Declaration, read_declaration

# 二〇二〇: 〇 is also typed as ○, ◯, 零, and as the letter O of three alphabets.
_ZEROS = "〇○◯零OoΟО0"
_DIGITS = dict.fromkeys(_ZEROS, "0") | {digit: str(value) for value, digit in enumerate("一二三四五六七八九", start=1)}
_YEAR = rf"(?<!\d)(?:20\d\d|二[{_ZEROS}][{''.join(_DIGITS)}]{{2}})"
# 2021年1月 is a date; 2020年度假区 is 2020年 followed by a resort, 度假区.
_MARKED_YEAR = rf"{_YEAR}年(?!\d{{1,2}}月)(?:年度|度(?![假量]))?"
# A year without 年, as in 年度报告(2020), but not 2021-03-25, 2021.3.25 or 〔2021〕30号.
_BARE_YEAR = rf"{_YEAR}(?!\d|年|[./-]\d|[\]〕】)]?\d*号)"
_BODY = re.compile(r"[\u4e00-\u9fff（）()、]{2,25}")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BRACKETS = re.compile(r"[\[\]【】()《》〈〉“”\"「」…:,;—–_-]+")
_NAME = re.compile(r"[\u4e00-\u9fff〇()（）、·]{3,40}|[残妇文侨]联|科协")
_SECOND_NAME = re.compile(r"(?<=.)[(（][^()（）]+[)）]$")
_LONGEST_LINE = 60
_DATE = rf"{_YEAR}(?:年|[./-])\d{{1,2}}(?:月|[./-])\d{{1,2}}日?"
# Full-width forms U+FF01–FF5E are ASCII 33–126, moved by 0xFEE0.
_NARROW = {code + 0xFEE0: code for code in range(33, 127)}
_WIDE = re.compile("[\uff01-\uff5e]")


class _Patterns(Declaration):
    """The contents of `titles.yml`, whose comments explain each entry."""

    report: tuple[str, ...] = Field(min_length=1)
    excluded: tuple[str, ...]
    corrected: tuple[str, ...]
    before_agency: tuple[str, ...]
    after_agency: tuple[str, ...]
    agency_ending: str
    no_agency: str
    between_lines: tuple[str, ...]
    no_title_line: str


@dataclass(frozen=True, slots=True)
class _Expressions:
    """The compiled patterns; `years` in order of trust."""

    report: tuple[re.Pattern[str], ...]
    excluded: re.Pattern[str]
    corrected: re.Pattern[str]
    before_agency: re.Pattern[str]
    after_agency: re.Pattern[str]
    agency_ending: re.Pattern[str]
    no_agency: re.Pattern[str]
    between_lines: re.Pattern[str]
    no_title_line: re.Pattern[str]
    years: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class NamedReport:
    """The contents of a title: `agency` is empty, and `year` None, if it names none.

    `rest` is what follows (图片版, 更正).
    """

    agency: str
    year: int | None
    rest: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class ReportTitle(NamedReport):
    """The contents of a title that names its year."""

    year: int


def report_title(text: str) -> ReportTitle | None:
    """Return agency and year of an annual report from its title; None if it is not one report of one year.

    >>> report_title("三明市2018年政府信息公开工作年度报告")
    ReportTitle(agency='三明市', year=2018, rest='', corrected=False)
    >>> report_title("二〇二〇年解放区人民政府信息公开工作年度报告（更正）")
    ReportTitle(agency='解放区人民政府', year=2020, rest='更正', corrected=True)
    >>> report_title("关于做好2025年政府信息公开工作年度报告编制和发布工作的通知") is None
    True
    """
    named = named_report(text)
    if named is None or named.year is None:
        return None
    return ReportTitle(named.agency, named.year, named.rest, named.corrected)


def named_report(text: str) -> NamedReport | None:
    """Return what a text names, if it names an annual report, be it without its year.

    >>> named_report("甲子县政府信息公开工作年度报告")
    NamedReport(agency='甲子县', year=None, rest='', corrected=False)
    """
    title = plain(text)
    expressions = _expressions()
    names = _report_names(title, expressions)
    if not names or expressions.excluded.search(title):
        return None
    name = names[-1]
    parts = [name.group(), title[: name.start()], title[name.end() :]]
    year = _take_year(parts, expressions)
    _, head, tail = parts
    if head.endswith("人民") and name.group().startswith("政府"):
        head += "政府"  # in 某县人民政府信息公开… the one 政府 belongs to both names
    if list_names := _report_names(head, expressions):
        head = head[list_names[-1].end() :]
    rest = _BRACKETS.sub(" ", tail).strip()
    agency = _agency(head, rest, expressions)
    return NamedReport(agency, year, "" if agency == rest else rest, expressions.corrected.search(title) is not None)


def names_school_year(text: str) -> bool:
    """Return whether a title is that of a report by school year, which belongs to another series.

    >>> names_school_year("甲子学院2020—2021学年信息公开工作年度报告"), names_school_year("甲子学院的学年安排")
    (True, False)
    """
    title = plain(text)
    return "学年" in title and bool(_report_names(title, _expressions()))


def plain(text: str) -> str:
    """Return a text as titles are compared: without white space, its full-width signs narrow."""
    seen = _INVISIBLE.sub("", text)
    return seen.translate(_NARROW) if _WIDE.search(seen) else seen


def is_agency(name: str) -> bool:
    """Return whether a line may be the name of an agency and nothing else, by its ending and its words.

    >>> names = ("甲子县红十字会", "本溪县教育局", "本县教育局", "甲子县人民政府门户网站", "信息公开年报")
    >>> [is_agency(name) for name in names]
    [True, True, False, False, False]
    """
    expressions = _expressions()
    first = _SECOND_NAME.sub("", name)
    known = expressions.agency_ending.search(first) and not expressions.no_agency.search(first)
    return bool(known and _NAME.fullmatch(name))


def is_between_lines(line: str) -> bool:
    """Return whether a line may stand between the lines of a title without being part of it."""
    return bool(_expressions().between_lines.match(plain(line)))


def may_be_title_line(line: str) -> bool:
    """Return whether a line is no sentence and no path of a page."""
    return len(plain(line)) <= _LONGEST_LINE and not _expressions().no_title_line.search(plain(line))


def year_alone(line: str) -> int | None:
    """Return the year that a line names and nothing else.

    >>> year_alone("（二〇二〇年度）"), year_alone("2020年1月"), year_alone("2020")
    (2020, None, 2020)
    """
    text = plain(line).strip("()[]【】")
    years = (pattern.fullmatch(text) for pattern in _expressions().years)
    return next((_value(year.group()) for year in years if year), None)


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
        return f"{agency}政府" if agency.endswith("人民") else agency
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
        no_agency=re.compile(patterns.no_agency),
        between_lines=re.compile("|".join(pattern.replace("{date}", _DATE) for pattern in patterns.between_lines)),
        no_title_line=re.compile(patterns.no_title_line),
        years=(re.compile(_MARKED_YEAR), re.compile(_BARE_YEAR)),
    )
