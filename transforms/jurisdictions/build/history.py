"""Lists of divisions → one history: which code stood for which name in which years.

Owns the spans of codes and their successors, as far as the lists contain them; `divisions_overlay.csv` adds the rest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from transforms.jurisdictions.build.packages import Names, Span
from transforms.jurisdictions.divisions import SINCE_EVER, TO_THIS_DAY

_NO_GOVERNMENT = re.compile(r"^(?:市辖区|县)$|直辖县级|群岛")
_SUFFIX = re.compile(r"(?<=..)(?:自治[州县旗]|地区|林区|特区|矿区|[市县区盟旗])$")
# Names that many cities gave to one of their districts: equal names mean nothing across cities.
_COMMON = re.compile(r"^(?:.区|市[中郊]区)$")
# 海南 was separated from 广东 in 1988, 重庆 from 四川 in 1997; their counties changed code with the province.
_DAUGHTERS = {("44", "46"), ("51", "50")}
# Identity cards number Taiwan 83; the list of divisions numbers it 71.
_ONLY_ON_CARDS = "83"


def years(span: Span) -> tuple[int, int]:
    """Return the first and last year as numbers.

    >>> years(Span("110103", "崇文区", None, 2009))
    (0, 2009)
    """
    return span.first or SINCE_EVER, span.last or TO_THIS_DAY


def join_spans(timeline: Iterable[Span], lists: Mapping[int, Names], statistical: Names) -> list[Span]:
    """Return all spans: of the timeline, corrected by the lists of later years, and of the statistical codes of zones.

    Only statistical codes that no division ever had are used; their years are unknown.
    """
    spans = _without_overlaps(span for span in timeline if not span.code.startswith(_ONLY_ON_CARDS))
    for (before, old), (_, new) in pairwise(sorted(lists.items())):
        ended = {(code, name) for code, name in old.items() if new.get(code) != name}
        spans = [
            replace(span, last=before) if span.last is None and (span.code, span.name) in ended else span
            for span in spans
        ]
        spans += [Span(code, name, before + 1, None) for code, name in new.items() if old.get(code) != name]
    known = {span.code for span in spans}
    latest = lists[max(lists)]
    spans += [Span(code, name, None, None) for code, name in latest.items() if code not in known]
    prefectures = {name for code, name in latest.items() if code.endswith("00")}
    spans += [
        Span(code, name.removesuffix("管委会"), None, None)
        for code, name in statistical.items()
        if code not in known and code not in latest and name not in prefectures
    ]
    return sorted((span for span in spans if _is_government(span)), key=lambda span: (span.code, *years(span)))


def _is_government(span: Span) -> bool:
    """Return whether a span is a government: neither a heading of the list (市辖区) nor a municipality's second row."""
    second_row = span.code.endswith("00") and span.code[:2] in ("11", "12", "31", "50") and span.code[2:] != "0000"
    return not (second_row or _NO_GOVERNMENT.search(span.name))


def _without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Return spans in which a code has one name at a time: a shorter span interrupts the longer one that contains it."""
    by_code: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_code[span.code].append(span)
    return [piece for own in by_code.values() for span in own for piece in _pieces(span, own)]


def _pieces(span: Span, own: Iterable[Span]) -> Iterator[Span]:
    """Yield what remains of a span outside the shorter ones of the same code."""
    first, last = years(span)
    for other in sorted(own, key=years):
        start, end = years(other)
        if other != span and end - start < last - first and start <= last and first <= end:
            if first < start:
                yield replace(span, first=first or None, last=start - 1)
            first = end + 1
    if first <= last:
        yield replace(span, first=first or None, last=span.last)


def successors(spans: Iterable[Span]) -> dict[str, str]:
    """Return expired code → the one code that replaced it, if the lists show it.

    That is the code with the same name, except for its level (文登市 → 文登区), that begins when the old one ends; else
    the one that already existed in the same prefecture (宣化县 → 宣化区). If several fit, those in the same prefecture
    are preferred; if several still fit, there is none.
    """
    known = sorted(spans, key=lambda span: (span.code, *years(span)))
    by_year: defaultdict[int, list[Span]] = defaultdict(list)
    for span in known:
        by_year[years(span)[0]].append(span)
    final = {span.code: span for span in known}
    replaced_by = {
        code: _successor(span, by_year[years(span)[1] + 1], known)
        for code, span in final.items()
        if span.last is not None
    }
    return {code: successor for code, successor in replaced_by.items() if successor}


def _successor(old: Span, beginning: Iterable[Span], known: Iterable[Span]) -> str | None:
    """Return the one code that follows, among those that begin when the old one ends, else among coexisting ones."""
    change = years(old)[1] + 1
    fitting = {span.code for span in beginning if _continues(old, span)}
    near = {code for code in fitting if code[:4] == old.code[:4]}
    if not fitting:
        coexisting = (span for span in known if years(span)[0] < change <= years(span)[1])
        near = {span.code for span in coexisting if span.code[:4] == old.code[:4] and _continues(old, span)}
    candidates = near if near or _COMMON.match(old.name) else fitting
    return next(iter(candidates)) if len(candidates) == 1 else None


def _continues(old: Span, new: Span) -> bool:
    """Return whether the names show that one division follows the other: same level, same province, same stem.

    >>> [_continues(Span("371081", "文登市", None, 2013), Span("371003", name, 2014, None))
    ...  for name in ("文登区", "环翠区")]
    [True, False]
    """
    if old.code == new.code or old.code.endswith("00") != new.code.endswith("00"):
        return False
    if old.code[:2] != new.code[:2] and (old.code[:2], new.code[:2]) not in _DAUGHTERS:
        return False
    # A name of one character keeps its level: 赣县 → 赣县区.
    return stem(old.name) == stem(new.name) or new.name in (f"{old.name}区", f"{old.name}市")


def stem(name: str) -> str:
    """Return a name without its level.

    >>> [stem(name) for name in ("文登市", "那曲地区", "郊区", "赣县")]
    ['文登', '那曲', '郊区', '赣县']
    """
    return _SUFFIX.sub("", name)
