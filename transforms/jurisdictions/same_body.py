"""Whether two names may be those of one body.

Owns the comparison of names that are short, or that omit their division or those above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from transforms.jurisdictions.resolve import body_name, possible_divisions

_BUREAU = re.compile(r"([省市县区旗]?)局")
_GOVERNMENT = re.compile(r"(?:人民)?政府$")
_GOVERNMENT_OR_OFFICE = re.compile(r"人民政府$|(?:人民政府|党政|管理委员会)(?:综合)?办(?:公[室厅])?$")


@dataclass(frozen=True, slots=True)
class _Named:
    """A body as it is named: the divisions that its name fits, and its canonical name within them."""

    name: str
    codes: frozenset[str]
    body: str

    def is_short_for(self, other: _Named) -> bool:
        """Return whether this is 市局 or 县局 and the other a bureau of such a division."""
        short = _BUREAU.fullmatch(self.name)
        return short is not None and other.body.endswith("局") and short[1] in other.name

    def ends_with(self, other: _Named) -> bool:
        """Return whether this is the other behind a stray word, which hides the division."""
        return not self.codes and self.name.endswith(other.name)

    def may_lie_with(self, other: _Named) -> bool:
        """Return whether both may belong to one division."""
        return not (self.codes and other.codes) or bool(self.codes & other.codes)


def same_body(one: str, other: str, divisions: Mapping[str, str] | None, year: int | None) -> bool:
    """Return whether two names may be those of one body: one may be short, or omit the division or those above it.

    >>> full = "石屏县坝心镇人民政府"
    >>> [same_body(full, name, None, 2020) for name in ("坝心镇", "石屏县坝心镇政府", "建水县坝心镇", "石屏县")]
    [True, True, False, False]
    """
    first, second = (_named(name, divisions, year) for name in (one, other))
    if not first.may_lie_with(second):
        return False
    if first.body == second.body or first.is_short_for(second) or second.is_short_for(first):
        return True
    if first.codes or second.codes:
        return first.ends_with(second) or second.ends_with(first)
    # Names of divisions that no list has remain in the names of their bodies.
    short, long = sorted((_GOVERNMENT.sub("", named.body) for named in (first, second)), key=len)
    return long.endswith(short)


def body_and_office(one: str, other: str, divisions: Mapping[str, str] | None, year: int | None) -> bool:
    """Return whether two names are those of a government, be it of a town, and of its office.

    >>> [body_and_office("石屏县", name, None, 2020) for name in ("石屏县政府办公室", "石屏县教育局")]
    [True, False]
    """
    first, second = (_named(name, divisions, year) for name in (one, other))
    led = [_GOVERNMENT_OR_OFFICE.sub("", named.body) for named in (first, second)]
    governs = all(_GOVERNMENT_OR_OFFICE.search(named.body) for named in (first, second))
    return governs and led[0] == led[1] and first.may_lie_with(second)


def _named(name: str, divisions: Mapping[str, str] | None, year: int | None) -> _Named:
    return _Named(name, possible_divisions(name, divisions, year), body_name(name, divisions, year))
