"""Agency name → its division in a year, and its kind of body.

Owns the matching of names against the divisions. Nothing is guessed: a name that fits two divisions has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nianbao import Declaration, read_declaration
from transforms.jurisdictions.body_names import canonical_body
from transforms.jurisdictions.division_spellings import Spellings, spellings_in_use, spellings_of
from transforms.jurisdictions.divisions import (
    SINCE_EVER,
    TO_THIS_DAY,
    DatedName,
    division_in,
    divisions_above,
    jurisdictions,
)

_FOLDER = Path(__file__).parent
_LONGEST_DIVISION = 30
FIRST_REPORTS = 2008
"""The year of the first reports: a name that was out of use before it belongs to no reporting body."""
# 东区街道办事处 is the office of a subdistrict named 东区, not of a district with that name.
_SUBDISTRICT = re.compile(r"区(?:街道|办事处|镇|乡(?!村))")
# 江苏省甲子县教育局 is not a body of 江苏省, but of a county that is not in the lists.
_FURTHER = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:县(?![域级乡城])|(?:县|旗|州|盟|(?<!城)市|(?<![新发园景验税范假理作游胜聚集港流开护])区)(?:人民政府|$))"
)
_MARKET = re.compile("市(?:场监|监局)")
_OFFICE_IN_BRACKETS = re.compile(r"(?<=政府)[（(](?=办公[室厅][）)]$)|(?<=政府[（(]办公[室厅])[）)]$")
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]$")


class _Kind(Declaration):
    pattern: str
    kind: str


class _Agencies(Declaration):
    """The contents of `agency_kinds.yml`, whose comments explain each entry."""

    heads: tuple[str, ...]
    kinds: tuple[_Kind, ...]


@dataclass(frozen=True, slots=True)
class DivisionMatch:
    """The codes of the divisions that fit the beginning of a name; the rest of the name begins at `end`.

    Behind a division that did not exist in the year, there is a rest but no code.
    """

    codes: frozenset[str]
    end: int

    def rest_of(self, name: str) -> str:
        """Return what follows the division in a name; in 贺州市场监管局 the 市 belongs to the bureau.

        >>> [DivisionMatch(frozenset(), 3).rest_of(name) for name in ("贺州市场监管局", "贺州市财政局")]
        ['市场监管局', '财政局']
        """
        return name[self.end - 1 :] if _MARKET.match(name, max(self.end - 1, 0)) else name[self.end :]


def resolve_jurisdiction(
    agency: str, divisions: Mapping[str, str] | None, year: int | None, within: str | None = None
) -> str | None:
    """Return the code, in a year, of the division that an agency's name begins with; None if none or several fit.

    `divisions` are names from the context (those of a portal), which precede the national list. Without a `year`, today
    counts. A name from before or after a change of code means the same division. If several fit, the one at or below
    the division `within` (the portal's) is taken.

    >>> resolve_jurisdiction("威海市文登区侯家镇人民政府", None, 2020), resolve_jurisdiction("文登市教育局", None, 2012)
    ('CN-371003', 'CN-371081')
    >>> resolve_jurisdiction("鼓楼区教育局", None, 2020), resolve_jurisdiction("鼓楼区教育局", None, 2020, "CN-320100")
    (None, 'CN-320106')
    """
    return the_only_one(find_division(agency, divisions or {}, year).codes, within)


def the_only_one(codes: frozenset[str], within: str | None) -> str | None:
    """Return the only one of some divisions, or the only one in the division `within`; None if there is none."""
    if len(codes) > 1 and within:
        codes = frozenset(code for code in codes if within in (code, *divisions_above(code)))
    return next(iter(codes)) if len(codes) == 1 else None


def body_name(agency: str, divisions: Mapping[str, str] | None, year: int | None) -> str:
    """Return the canonical name of the body within its division, the same for every spelling of both.

    >>> [body_name(name, None, 2023) for name in ("洪泽区人民政府", "淮安市洪泽区人民政府", "洪泽区", "洪泽区发改局")]
    ['人民政府', '人民政府', '人民政府', '发展和改革局']
    """
    return canonical_body(find_division(agency, divisions or {}, year).rest_of(agency))


def possible_divisions(agency: str, divisions: Mapping[str, str] | None, year: int | None) -> frozenset[str]:
    """Return the codes of all divisions that the beginning of an agency's name fits."""
    return find_division(agency, divisions or {}, year).codes


def division_length(text: str) -> int:
    """Return how many characters at the start of a text are the name of a division of any time.

    >>> division_length("石屏县卫生健康局"), division_length("卫生健康局")
    (3, 0)
    """
    return find_division(text, {}, None).end


def find_division(agency: str, divisions: Mapping[str, str], year: int | None) -> DivisionMatch:
    """Return the longest match at the start of an agency's name, or after the name of a national authority."""
    own = spellings_of(tuple(divisions.items()))
    first = _longest_match(agency, 0, own, year)
    heads = _agencies().heads
    if not agency.startswith(heads):
        return first
    head = next(head for head in heads if agency.startswith(head))
    return max(first, _longest_match(agency, len(head), own, year), key=lambda match: match.end)


def _longest_match(agency: str, start: int, own: Spellings[frozenset[str]], year: int | None) -> DivisionMatch:
    """Return the longest match at a position; a portal's own divisions precede the national list."""
    known = spellings_in_use(FIRST_REPORTS - 1 if year is None or year >= FIRST_REPORTS else SINCE_EVER)
    longest = min(len(agency) - start, _LONGEST_DIVISION)
    for length in sorted(own.lengths_at(agency, start) | known.lengths_at(agency, start), reverse=True):
        end = start + length
        if length <= longest and not _SUBDISTRICT.match(agency, end - 1):
            spelling = agency[start:end]
            codes = own.meanings.get(spelling) or _codes_in(known.meanings.get(spelling, ()), year)
            if codes:
                unknown = _FURTHER.match(agency, end) and not any(_is_lowest(code) for code in codes)
                return DivisionMatch(frozenset(), 0) if unknown else DivisionMatch(_of_year(codes, year), end)
    return DivisionMatch(frozenset(), 0)


def _is_lowest(code: str) -> bool:
    """Return whether no county lies below a division; those not in the lists are taken for counties."""
    return code not in jurisdictions() or jurisdictions()[code].level not in ("province", "prefecture")


def _codes_in(names: tuple[DatedName, ...], year: int | None) -> frozenset[str]:
    """Return the codes that had a name in a year, else those that had it in another year."""
    now = TO_THIS_DAY if year is None else year
    in_force = frozenset(name.jurisdiction for name in names if name.first <= now <= name.last)
    return in_force or frozenset(name.jurisdiction for name in names)


def _of_year(codes: frozenset[str], year: int | None) -> frozenset[str]:
    current = (division_in(code, TO_THIS_DAY if year is None else year) for code in codes)
    return frozenset(code for code in current if code)


@cache
def _agencies() -> _Agencies:
    return read_declaration(_FOLDER / "agency_kinds.yml", _Agencies)


@cache
def _kinds() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(kind.pattern), kind.kind) for kind in _agencies().kinds]


@lru_cache(maxsize=20_000)
def agency_kind(agency: str) -> str:
    """Return the kind of a body by the end of its name (`agency_kinds.yml`); `other` if no pattern fits.

    >>> [agency_kind(name) for name in ("莱州市人民政府", "侯家镇人民政府", "沭阳县发展和改革局（粮食局）")]
    ['government', 'township', 'department']
    """
    name = _IN_BRACKETS.sub("", _OFFICE_IN_BRACKETS.sub("", agency))
    return next((kind for pattern, kind in _kinds() if pattern.search(name)), "other")
