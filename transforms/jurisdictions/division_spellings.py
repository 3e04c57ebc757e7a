"""The ways in which the name of a division is written: alone, after those above it, and in short.

Owns these spellings and their years. `resolve` looks for them at the start of a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Generic, TypeVar

from transforms.jurisdictions.divisions import (
    SINCE_EVER,
    TO_THIS_DAY,
    DatedName,
    division_names,
    jurisdictions,
)

_PROVINCE_LEVEL = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔"
    "|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_AUTONOMOUS = re.compile(
    rf"(?P<own>.{{2,}}?)(?:(?:{_PEOPLES})族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)+自治(?P<level>[州县旗])"
)


_ZONES = (
    ("经济开发区", "经济技术开发区", "经开区"),
    ("高新技术产业开发区", "高新技术开发区", "高新技术产业园区", "高新区"),
)
"""What zones are called in turn, as they are raised from one rank to another, and in short."""


T = TypeVar("T")
_BEGINNING = 2
"""Characters that the shortest spelling has, and by which most texts are known to begin with none."""


@dataclass(frozen=True, slots=True)
class Spellings(Generic[T]):
    """Spellings with what they mean, and the lengths of those that begin with the same two characters."""

    meanings: Mapping[str, T]
    lengths: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, meanings: Mapping[str, T]) -> Spellings[T]:
        """Return spellings by what they mean; one character is none."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for spelling in meanings:
            if len(spelling) >= _BEGINNING:
                lengths[spelling[:_BEGINNING]].add(len(spelling))
        return cls(meanings, {beginning: frozenset(own) for beginning, own in lengths.items()})

    def lengths_at(self, text: str, start: int) -> frozenset[int]:
        """Return how long the spellings are that a text may have at a place."""
        return self.lengths.get(text[start : start + _BEGINNING], frozenset())


def other_forms(name: str) -> tuple[str, ...]:
    """Return the name of an autonomous division without its peoples, or those of a zone in other ranks and in short.

    >>> [other_forms(name) for name in ("恩施土家族苗族自治州", "东乡族自治县", "徐州经济技术开发区")]
    [('恩施州',), (), ('徐州经济开发区', '徐州经开区')]
    """
    ranks = next((ranks for ranks in _ZONES if name.endswith(ranks)), ())
    own = next((rank for rank in ranks if name.endswith(rank)), "")
    short = _AUTONOMOUS.sub(r"\g<own>\g<level>", name)
    zones = tuple(name.removesuffix(own) + rank for rank in ranks if rank != own)
    return (short,) if short != name else zones


@lru_cache(maxsize=100)
def spellings_of(divisions: tuple[tuple[str, str], ...]) -> Spellings[frozenset[str]]:
    """Return the spellings of a portal's divisions, names with codes: alone, or after those of the divisions above."""
    return Spellings.of(
        {
            above + name: frozenset([code])
            for name, code in divisions
            for above in ["", *(spelling.name for spelling in _spellings_above(code))]
        }
    )


@cache
def spellings_in_use(since: int) -> Spellings[tuple[DatedName, ...]]:
    """Return spelling → names in use in `since` or later: alone, or after any of the names above, in order."""
    spellings: defaultdict[str, list[DatedName]] = defaultdict(list)
    for code, own in division_names().items():
        for name in _spellings_of_code(code) if any(name.last >= since for name in own) else ():
            if name.last >= since:
                spellings[name.name].append(name)
    return Spellings.of({spelling: tuple(names) for spelling, names in spellings.items()})


@cache
def _spellings_of_code(code: str) -> tuple[DatedName, ...]:
    """Return the spellings of a division, each with the years in which all names in it were in use."""
    names = division_names()[code]
    shorts = (DatedName(code, form, name.first, name.last) for name in names for form in other_forms(name.name))
    own = tuple(dict.fromkeys((*names, *shorts)))
    return own + tuple(joined for above in _spellings_above(code) for name in own for joined in _join(above, name))


def _join(above: DatedName, name: DatedName) -> Iterator[DatedName]:
    first, last = max(above.first, name.first), min(above.last, name.last)
    if first <= last:
        yield DatedName(name.jurisdiction, above.name + name.name, first, last)


@cache
def _spellings_above(code: str) -> tuple[DatedName, ...]:
    """Return the spellings of all divisions above; a province also without its level, as in 江苏沭阳县."""
    division = jurisdictions().get(code)
    if division is None or division.parent is None:
        return ()
    above = jurisdictions()[division.parent]
    short = DatedName(division.parent, _PROVINCE_LEVEL.sub("", above.name), SINCE_EVER, TO_THIS_DAY)
    return (*_spellings_of_code(division.parent), *(_spellings_above(division.parent) if above.parent else [short]))
