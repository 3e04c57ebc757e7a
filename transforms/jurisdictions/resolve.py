"""Agency name → the division that it belongs to in a year, and the kind of body that it is.

Owns the matching of names against `jurisdictions.csv`. Must not guess: a name that fits two divisions gives none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nianbao import Declaration, read_declaration
from transforms.jurisdictions.divisions import SINCE_EVER, TO_THIS_DAY, Held, division_in, jurisdictions, names

_LOOKUPS = Path(__file__).parent
_LONGEST_DIVISION = 30
FIRST_REPORTS = 2008
"""The year for which the first reports are due: a name that had gone before it is no body's of today."""
# 东区街道办事处 is the office of a subdistrict called 东区, not one in a district of that name.
_SUBDISTRICT = re.compile(r"区(?:街道|办事处|镇|乡)")
# 江苏省甲子县教育局 is no body of 江苏省: it is one of a county that is not known.
_FURTHER = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:县(?![域级乡城])|(?:县|旗|州|盟|(?<!城)市|(?<![新发园景验税范假理作])区)(?:人民政府|$))"
)
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]$")
_PROVINCE_LEVEL = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")


class _Kind(Declaration):
    pattern: str
    kind: str


class _Agencies(Declaration):
    """The contents of `agency_kinds.yml`, whose comments say what each entry is for."""

    heads: tuple[str, ...]
    kinds: tuple[_Kind, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Codes of the divisions that fit the beginning of a name; the name's rest begins at `end`."""

    codes: frozenset[str]
    end: int


def resolve_jurisdiction(
    agency: str, divisions: Mapping[str, str] | None, year: int | None, within: str | None = None
) -> str | None:
    """Code of the division of a year that an agency's name begins with; None where none or several fit.

    `divisions`: names known in the context (those of a portal), which go before the national list. `year` None means
    today. A name of before or after a change of code stands for the same division as it was then. Of several that fit,
    the one at or below the division `within` (the portal's) is meant.

    >>> resolve_jurisdiction("威海市文登区侯家镇人民政府", None, 2020), resolve_jurisdiction("文登市教育局", None, 2012)
    ('CN-371003', 'CN-371081')
    >>> resolve_jurisdiction("鼓楼区教育局", None, 2020), resolve_jurisdiction("鼓楼区教育局", None, 2020, "CN-320100")
    (None, 'CN-320106')
    """
    codes = _division(agency, divisions or {}, year).codes
    if len(codes) > 1 and within:
        codes = frozenset(code for code in codes if within in (code, *_above(code)))
    return next(iter(codes)) if len(codes) == 1 else None


def body_name(agency: str, divisions: Mapping[str, str] | None, year: int | None) -> str:
    """The agency's name without its division's: the same for every way to write the division.

    >>> [body_name(name, None, 2023) for name in ("洪泽区人民政府", "淮安市洪泽区人民政府", "洪泽区", "洪泽区教育局")]
    ['人民政府', '人民政府', '人民政府', '教育局']
    """
    found = _division(agency, divisions or {}, year)
    rest = agency[found.end :]
    if rest in ("", "政府"):
        return "人民政府"
    return rest.replace("管委会", "管理委员会")


def _division(agency: str, divisions: Mapping[str, str], year: int | None) -> _Found:
    """The divisions whose name is the longest that an agency's begins with, or has behind an authority's above all."""
    head = next((head for head in _agencies().heads if agency.startswith(head)), "")
    own = _spellings_of(divisions)
    found = [_at_start(agency, start, own, year) for start in sorted({0, len(head)})]
    return max(found, key=lambda one: one.end)


def _at_start(agency: str, start: int, own: Mapping[str, frozenset[str]], year: int | None) -> _Found:
    """The divisions whose name is the longest that stands at a place; a portal's own go before the national list."""
    known = _spellings(FIRST_REPORTS - 1 if year is None or year >= FIRST_REPORTS else SINCE_EVER)
    for end in range(min(len(agency), start + _LONGEST_DIVISION), start + 1, -1):
        if not _SUBDISTRICT.match(agency, end - 1):
            spelling = agency[start:end]
            codes = own.get(spelling) or _fitting(known.get(spelling, ()), year)
            if codes:
                unknown = _FURTHER.match(agency, end) and not any(_is_lowest(code) for code in codes)
                return _Found(frozenset(), 0) if unknown else _Found(_of_year(codes, year), end)
    return _Found(frozenset(), 0)


def _is_lowest(code: str) -> bool:
    """Whether no county lies below a division; those that the lists do not know are taken for counties."""
    return code not in jurisdictions() or jurisdictions()[code].level not in ("province", "prefecture")


def _fitting(held: tuple[Held, ...], year: int | None) -> frozenset[str]:
    """Codes that had a name in a year, else those that had it in another."""
    now = TO_THIS_DAY if year is None else year
    in_force = frozenset(one.jurisdiction for one in held if one.first <= now <= one.last)
    return in_force or frozenset(one.jurisdiction for one in held)


def _of_year(codes: frozenset[str], year: int | None) -> frozenset[str]:
    found = (division_in(code, TO_THIS_DAY if year is None else year) for code in codes)
    return frozenset(code for code in found if code)


def _spellings_of(divisions: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The names of a portal's divisions, alone or behind those above them."""
    return {
        above + name: frozenset([code])
        for name, code in divisions.items()
        for above in ["", *(held.name for held in _ways_above(code))]
    }


@cache
def _spellings(since: int) -> Mapping[str, tuple[Held, ...]]:
    """Every way to write a division, alone or behind any of the names above it in order, used in a year or later."""
    spellings: defaultdict[str, list[Held]] = defaultdict(list)
    for code, own in names().items():
        for held in _ways(code) if any(name.last >= since for name in own) else ():
            if held.last >= since:
                spellings[held.name].append(held)
    return {spelling: tuple(held) for spelling, held in spellings.items()}


@cache
def _ways(code: str) -> tuple[Held, ...]:
    """The ways to write a division, each with the years when the names in it were in force together."""
    own = names()[code]
    return own + tuple(joined for above in _ways_above(code) for name in own for joined in _join(above, name))


def _join(above: Held, name: Held) -> Iterator[Held]:
    first, last = max(above.first, name.first), min(above.last, name.last)
    if first <= last:
        yield Held(name.jurisdiction, above.name + name.name, first, last)


@cache
def _ways_above(code: str) -> tuple[Held, ...]:
    """The ways to write any division above; a province also without its level, as in 江苏沭阳县."""
    division = jurisdictions().get(code)
    if division is None or division.parent is None:
        return ()
    above = jurisdictions()[division.parent]
    short = Held(division.parent, _PROVINCE_LEVEL.sub("", above.name), SINCE_EVER, TO_THIS_DAY)
    return (*_ways(division.parent), *(_ways_above(division.parent) if above.parent else [short]))


def _above(code: str) -> list[str]:
    division = jurisdictions().get(code)
    return [division.parent, *_above(division.parent)] if division and division.parent else []


@cache
def _agencies() -> _Agencies:
    return read_declaration(_LOOKUPS / "agency_kinds.yml", _Agencies)


@cache
def _kinds() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(kind.pattern), kind.kind) for kind in _agencies().kinds]


def agency_kind(agency: str) -> str:
    """Kind of body by the end of its name (`agency_kinds.yml`); `other` where no pattern fits.

    >>> [agency_kind(name) for name in ("莱州市人民政府", "侯家镇人民政府", "沭阳县发展和改革局（粮食局）")]
    ['government', 'township', 'department']
    """
    name = _IN_BRACKETS.sub("", agency)
    return next((kind for pattern, kind in _kinds() if pattern.search(name)), "other")
