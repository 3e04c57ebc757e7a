"""Numbers with a counted unit: where they stand, what they are worth, and whether they are exact.

Owns digits, Chinese numerals, multiples and approximate numbers, and what makes a number no figure: an ordinal, a
range, a limit, a year, a span of time, a part of a name. Units and words are in `statements.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from transforms.prose.lexicon import any_of, lexicon

_ONES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_MULTIPLES = {**_TENS, **_MYRIADS}
_HAN = "〇零一二两三四五六七八九十百千"
_MORE_SPELLED = rf"(?:[{_HAN}]|[万亿](?=[{_HAN}]))*"
_MORE_DIGITS = r"\d*[万亿]\d+(?:[千百]万?|万)(?!元)|\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?"
_PERCENT = "百分之"
_SHARE = re.compile(
    rf"{_PERCENT}(?P<number>[{_HAN}]+|\d+(?:\.\d+)?)(?P<unit>)(?P<multiple>)"
    r"(?P<after>[余多])?(?P<after_multiple>(?!))?(?P<after_unit>(?=以上|左右))?"
)
_ROUND = frozenset("百千万")
"""Alone, these are numbers only in 百余 and 近百: 千名干部联系千家企业 is a slogan."""
_VAGUE = re.compile("[一二两三四五六七八九]{2}")
_QUOTED = re.compile(r"“[^”\n]{1,30}”|‘[^’\n]{1,30}’|「[^」\n]{1,30}」|《[^》\n]*》|\"[^\"\n]{1,20}\"")
_RANGE_AFTER = re.compile(rf"\s*[-~～—–至到]\s*[\d{_HAN}]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_REACH = 16
"""How many characters before a number decide whether it is a figure."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number with its unit, from its first character to the last one of the unit; `spelled` in Chinese characters."""

    start: int
    end: int
    value: Decimal
    unit: str
    approximate: bool
    spelled: bool


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers with a unit of a folded text, in order; those that are no figures are left out.

    >>> [(n.value, n.unit, n.approximate) for n in numerals("第3期，发布两万余条，2至3次，培训一百零五人次")]
    [(Decimal('20000'), '条', True), (Decimal('105'), '人次', False)]
    """
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found: list[re.Match[str]] = [*_number().finditer(text), *(_SHARE.finditer(text) if _PERCENT in text else ())]
    for match in sorted(found, key=re.Match.start):
        start = match.start()
        if any(left < start < right for left, right in quoted):
            continue
        about = _about().search(text, max(0, start - _REACH), start) is not None
        if _is_figure(match, text, about=about):
            yield _numeral(match, about=about)


def _is_figure(match: re.Match[str], text: str, *, about: bool) -> bool:
    """Return whether a number is neither an ordinal, the end of a range, a limit, a year, nor a part of an idiom."""
    words, number, start = lexicon(), match["number"], match.start()
    before = max(0, start - _REACH), start
    if _no_figure().search(text, *before) or _RANGE_AFTER.match(text, match.end()):
        return False
    if number in ("1", "一") and _no_one().search(text, *before):
        return False
    if number[0].isdigit():
        return not (match["unit"] in words.dated_units and _YEAR.fullmatch(number))
    is_slogan = number in _ROUND and not (about or match["after"] or match["after_multiple"])
    return not (is_slogan or _VAGUE.search(number) or text.startswith(words.idioms, start))


def _numeral(match: re.Match[str], *, about: bool) -> Numeral:
    number, multiple, unit = match["number"], match["multiple"] or "", match["unit"] or "%"
    spelled = not number[0].isdigit()
    if unit == "元" and multiple in _MYRIADS:
        unit, multiple = multiple + unit, ""
    value = Decimal(spelled_number(number)) if spelled else _digits(number)
    value *= _MULTIPLES.get(multiple, 1)
    return Numeral(
        start=match.start(),
        end=match.end(),
        value=value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize(),
        unit=unit,
        approximate=about or any(match[name] is not None for name in ("after", "after_multiple", "after_unit")),
        spelled=spelled,
    )


def _digits(number: str) -> Decimal:
    """Return what a number in digits is worth, also with multiples in it.

    >>> _digits("1,286"), _digits("2万3千")
    (Decimal('1286'), Decimal('23000'))
    """
    plain = number.replace(",", "")
    if _MULTIPLES.keys().isdisjoint(plain):
        return Decimal(plain)
    worth = re.findall(r"(\d+)([千百]?)([万亿]?)", plain)
    terms = (Decimal(digits) * _MULTIPLES.get(tens, 1) * _MULTIPLES.get(myriad, 1) for digits, tens, myriad in worth)
    return sum(terms, Decimal())


def spelled_number(characters: str) -> int:
    """Return what a number in Chinese characters is worth.

    >>> [spelled_number(number) for number in ("十二", "一百零五", "两", "一万二千三百", "百")]
    [12, 105, 2, 12300, 100]
    """
    total = section = digit = 0
    for character in characters:
        if character in _ONES:
            digit = _ONES[character]
        elif character in _TENS:
            section += (digit or 1) * _TENS[character]
            digit = 0
        else:
            total += ((section + digit) or 1) * _MYRIADS[character]
            section = digit = 0
    return total + section + digit


@cache
def _number() -> re.Pattern[str]:
    """Return the pattern of a number, its multiple and its unit, with what makes it approximate behind it.

    It begins with its first character, what must not stand before follows: so most of a text is skipped fast.
    """
    words = lexicon()
    after = any_of(words.approximate.after)
    return re.compile(
        rf"(?P<number>[\d{_HAN}万](?<![\d.〔\[/\-A-Za-z万亿千百]\d)(?<!\d\s\d)(?<![\d{_HAN}万亿{words.not_before_spelled}][^\d])"
        rf"(?:(?<=\d)(?:{_MORE_DIGITS})|(?<=[{_HAN}])(?:{_MORE_SPELLED})|(?<=万)(?=[余多])))"
        rf"\s*(?P<after>{after})?(?P<multiple>万(?!元)|亿(?!元)|千|百)?\s*(?P<after_multiple>{after})?"
        rf"\s*(?P<unit>{any_of(words.units)})(?!{any_of(words.not_after)})"
        rf"(?P<after_unit>(?=\s*(?:{any_of(words.approximate.after_unit)})))?"
    )


@cache
def _about() -> re.Pattern[str]:
    """Return the pattern of words right before a number that make it approximate: 约减少."""
    words = lexicon()
    changes = any_of((*words.more, *words.less))
    return re.compile(rf"(?:{any_of(words.approximate.before)})(?:为|(?:{changes})了?)?\s*$")


@cache
def _no_figure() -> re.Pattern[str]:
    """Return the pattern of text right before a number that makes it an ordinal, the end of a range, or a limit."""
    words = lexicon()
    return re.compile(
        rf"(?:{any_of(words.not_before)}|(?<![目此年以之日])前|"
        rf"[\d{_HAN}万](?:{any_of(words.units)})?\s*[-~～—–至到]|"
        rf"第[\d{_HAN}]+(?:{any_of(words.units)})?[、和至及])\s*$"
    )


@cache
def _no_one() -> re.Pattern[str]:
    """Return the pattern of words right before a one that is no figure: 没有一件, 新一轮."""
    return re.compile(rf"(?:{any_of(lexicon().not_before_one)})(?:任何)?\s*$")
