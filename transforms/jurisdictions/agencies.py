"""A printed name, the year, and where it was found → the body that reports: its division, kind, name and identifier.

Owns this resolution, for lists and documents alike. Nothing is guessed: a name that fits several bodies is no body's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from transforms.jurisdictions.body_names import bodies_of, body_today, head_of, without_joints
from transforms.jurisdictions.divisions import TO_THIS_DAY, division_in, division_names, divisions_above, jurisdictions
from transforms.jurisdictions.identifiers import agency_id, report_id
from transforms.jurisdictions.resolve import agency_kind, find_division, the_only_one

GOVERNMENT, COMMITTEE = "人民政府", "管理委员会"
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\"'“”‘’]+")
# 本局, 我县水务局: whoever speaks. A bureau in one word is any bureau of its division.
_SPEAKER = re.compile(r"^[我本](?=[省市县区旗州盟])")
_NO_BODY = re.compile(r"[我本该]?(?:机关|单位|部门|行政机关|[省市县区旗州盟]?[局委办厅]|镇|乡|街道|街道办|中心|院)")
_LEVELS = "省市县区旗州盟"
_COMMITTEE_OF_PARTY = re.compile(r"委(?!员会)(?=.)")
_LEVEL = re.compile(r"(?:特别行政区|自治区|地区|[省市县区旗州盟])$")
# 阳城镇 and 阳城路 lie in 阳城县: what follows its short name there is part of another name.
_OTHER_NAME = re.compile(r"[镇街县旗州盟省]|苏木|乡(?!村)|市(?![场政监])|区(?!划)|社区|村|路(?!政)|办事处|.$")
_PREFECTURE = re.compile(r"(?:地区|盟)$")


class Settled(NamedTuple):
    """What people settled: in this division, the body printed as `name` is `agency`."""

    jurisdiction: str
    name: str
    agency: str


@dataclass(frozen=True, slots=True)
class Around:
    """Where a name was found: the portal's own names of divisions, its division, and what people settled there."""

    divisions: Mapping[str, str] | None = None
    within: str | None = None
    settled: tuple[Settled, ...] = ()


NOWHERE = Around()


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that reports. `name` is its canonical name, `body` the same without that of its division.

    Of a body that was renamed, `name` is the one under which it reports, `body` and `today` are those of today.
    """

    agency_id: str
    jurisdiction: str
    name: str
    kind: str
    body: str
    today: str

    def report_id(self, year: int) -> str:
        """Return the identifier of its report for a year."""
        return report_id(self.jurisdiction, self.body, year)


def find_agencies(printed: str, year: int | None, around: Around = NOWHERE) -> tuple[Agency, ...]:
    """Return the bodies that a printed name may mean in a year: one if it is clear, none if its division is unknown.

    An empty name is that of the government of the place where it was found.

    >>> [agency.name for agency in find_agencies("阳城县 政府办", 2020)]
    ['阳城县人民政府办公室']
    >>> [agency.name for agency in find_agencies("阳城县城管局", 2020)]
    ['阳城县城市管理局', '阳城县城市管理综合行政执法局', '阳城县城市管理和综合执法局']
    >>> find_agencies("教育局", 2020)
    ()
    """
    name = _plain(printed)
    known = _settled(name, year, around)
    if known is not None:
        return (known,)
    placed = _placed(name, year, around)
    return _agencies(*placed, around) if placed else ()


def find_agency(printed: str, year: int | None, around: Around = NOWHERE) -> Agency | None:
    """Return the only body that a printed name may mean in a year; None if none or several fit.

    >>> find_agency("县教育局", 2020, Around(within="CN-140522"))
    ... # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    Agency(agency_id='...', jurisdiction='CN-140522', name='阳城县教育局', kind='department', body='教育局',
        today='阳城县教育局')
    """
    fitting = find_agencies(printed, year, around)
    return fitting[0] if len(fitting) == 1 else None


def agency_in(jurisdiction: str, body: str, around: Around = NOWHERE) -> Agency:
    """Return the body of a canonical name within a division.

    >>> agency_in("CN-140522", "人民政府").name, agency_in("CN-140522", "税务局").name
    ('阳城县人民政府', '国家税务总局阳城县税务局')
    """
    division, own = division_name(jurisdiction, around), body_today(body)
    name, today = _with_division(division, body), _with_division(division, own)
    return Agency(agency_id(jurisdiction, own), jurisdiction, name, agency_kind(today), own, today)


def as_printed(agency: Agency, printed: str, around: Around = NOWHERE) -> Agency:
    """Return a body under the name that keeps what its canonical name leaves open: a district's city, 和 in a bureau.

    The full name of a district, unlike that of a county, begins with its city: many cities have a 鼓楼区. No list has
    every bureau: whether 和 belongs to the name of another is not known.

    >>> names = ("威海市文登区教育局", "文登区教育局", "晋城市阳城县", "阳城县水利和移民局")
    >>> [as_printed(find_agency(name, 2020), name).name for name in names]
    ['威海市文登区教育局', '文登区教育局', '阳城县人民政府', '阳城县水利和移民局']
    """
    name, division = _plain(printed), division_name(agency.jurisdiction, around)
    if not division or division not in name or not agency.name.startswith(division):
        return agency
    above, _, rest = name.partition(division)
    own = rest if without_joints(rest) == agency.body else agency.name.removeprefix(division)
    is_city = division.endswith("区") and find_division(above, around.divisions or {}, None).end == len(above)
    return replace(agency, name=(above if is_city else "") + division + own)


def division_name(jurisdiction: str, around: Around = NOWHERE) -> str:
    """Return the own name of a division, the last if it had several; empty if neither list nor portal names it."""
    official = jurisdictions().get(jurisdiction)
    names = [name for name, code in (around.divisions or {}).items() if code == jurisdiction]
    return official.name if official else next(iter(names), "")


def _with_division(division: str, body: str) -> str:
    """Return a body's canonical name. A prefecture's government is its 行政公署."""
    if _PREFECTURE.search(division):
        body = re.sub(rf"^{GOVERNMENT}(?=$|办公室$)", "行政公署", body)
    return head_of(body) + division + body


def named_bodies(printed: str, year: int | None, around: Around = NOWHERE) -> tuple[frozenset[str], frozenset[str]]:
    """Return the divisions that a name itself names, and the bodies in them that it may mean.

    >>> named_bodies("阳城县政府办", 2020), named_bodies("教育局", 2020)
    ((frozenset({'CN-140522'}), frozenset({'人民政府办公室'})), (frozenset(), frozenset({'教育局'})))
    """
    name = _plain(printed)
    match = find_division(name, around.divisions or {}, year)
    codes, rest = match.codes, match.rest_of(name)
    short = None if match.end else _in_short(name, _chain(year, around), year, around)
    if short:
        codes, rest = short
    return codes, frozenset(body_today(body) for body in bodies_of(rest))


def _plain(printed: str) -> str:
    """Return a name as it is compared: without what is not seen and who speaks, its full-width signs narrow."""
    name = _UNSEEN.sub("", unicodedata.normalize("NFKC", printed))
    return _SPEAKER.sub("", name)


def _settled(name: str, year: int | None, around: Around) -> Agency | None:
    """Return the body that people said a name is, in its own division or in that where it was found."""
    for line in around.settled:
        own = replace(around, within=line.jurisdiction, settled=())
        code, placed = _of_year(line.jurisdiction, year), _placed(name, year, own)
        if placed is None or placed[0] != code:
            continue
        plain, fitting = _plain(line.name), _agencies(*placed, own)
        names = (fitting[0].name, fitting[0].body) if len(fitting) == 1 else ()
        if plain in (name, placed[1], division_name(code, own) + placed[1], *names):
            found = _placed(_plain(line.agency), year, own)
            return _agencies(code, found[1] if found else line.agency, own)[0]
    return None


def _agencies(code: str, rest: str, around: Around) -> tuple[Agency, ...]:
    """Return the bodies of a division that the rest of a name may mean."""
    bodies = bodies_of(rest)
    is_zone = agency_kind(division_name(code, around)) == "development_zone"
    return tuple(agency_in(code, COMMITTEE if is_zone and body == GOVERNMENT else body, around) for body in bodies)


def _placed(name: str, year: int | None, around: Around) -> tuple[str, str] | None:
    """Return the division of a name and the rest of it; None if its division is unknown, or did not exist then."""
    match = find_division(name, around.divisions or {}, year)
    chain = _chain(year, around)
    is_in_short = match.rest_of(name) != name[match.end :]
    if match.end and not (chain and is_in_short):
        code = the_only_one(match.codes, around.within)
        return (code, match.rest_of(name)) if code else None
    if not chain or _NO_BODY.fullmatch(name):
        return None
    short = _in_short(name, chain, year, around)
    if short is None:
        return _in_one_word(name, chain, year, around)
    (code, *others), rest = short
    return None if others else (code, rest)


def _chain(year: int | None, around: Around) -> list[str]:
    """Return the division where a name was found, and those above it, by their codes of the year."""
    codes = (around.within, *divisions_above(around.within)) if around.within else ()
    return [_of_year(code, year) for code in codes]


def _of_year(code: str, year: int | None) -> str:
    return (division_in(code, year) if year else None) or code


def _in_short(name: str, chain: list[str], year: int | None, around: Around) -> tuple[frozenset[str], str] | None:
    """Return the divisions where a name was found, or above, with which it begins in short, and the rest: 阳城教育局.

    There are two if a district has the name of its city.
    """
    shorts = {(code, _LEVEL.sub("", full)) for code in chain for full in _names_in(code, year, around)}
    fitting = {(code, short) for code, short in shorts if len(short) > 1 and name.startswith(short)}
    longest = max((short for _, short in fitting), key=len, default="")
    rest = name.removeprefix(longest)
    if not longest or _OTHER_NAME.match(rest) or (rest and agency_kind(bodies_of(rest)[0]) == "other"):
        return None
    return frozenset(code for code, short in fitting if short == longest), rest


def _in_one_word(name: str, chain: list[str], year: int | None, around: Around) -> tuple[str, str] | None:
    """Return the division where a name was found, or the one above that is meant by 市教育局; None if there is none."""
    if not _begins_with_level(name) or not any(True for code in chain for _ in _names_in(code, year, around)):
        return chain[0], name
    meant = (code for code in chain if any(own.endswith(name[0]) for own in _names_in(code, year, around)))
    code = next(meant, None)
    return (code, name[1:]) if code else None


def _begins_with_level(name: str) -> bool:
    """Return whether a name begins with the level of its division: 市教育局, but not 市场监管局."""
    if not name or name[0] not in _LEVELS:
        return False
    return len(name) == 1 or _COMMITTEE_OF_PARTY.match(name, 1) is not None or bodies_of(name) == bodies_of(name[1:])


def _own(code: str, around: Around) -> Iterator[str]:
    """Yield the names that a portal has for a division."""
    yield from (name for name, own in (around.divisions or {}).items() if own == code)


def _names_in(code: str, year: int | None, around: Around) -> Iterator[str]:
    """Yield the names of a division in a year; of one that is in no list, those that the portal has for it."""
    when = TO_THIS_DAY if year is None else year
    official = division_names().get(code, ())
    yield from (name.name for name in official if name.first <= when <= name.last)
    if not official:
        yield from _own(code, around)
