"""Whether two names may be those of one body.

Owns the comparison of names that are short, or that omit their division or those above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from transforms.jurisdictions.agencies import NOWHERE, Around, named_bodies

_BUREAU = re.compile(r"([省市县区旗]?)局")
_GOVERNMENT = re.compile(r"(?:人民)?政府$")
_GOVERNMENT_OR_OFFICE = re.compile(r"人民政府$|(?:人民政府|党政|管理委员会)(?:综合)?办(?:公[室厅])?$")


@dataclass(frozen=True, slots=True)
class _Named:
    """A body as it is named: the divisions that its name fits, and the canonical names that it may have in them."""

    name: str
    codes: frozenset[str]
    bodies: frozenset[str]

    def is_short_for(self, other: _Named) -> bool:
        """Return whether this is 市局 or 县局 and the other a bureau of such a division."""
        short = _BUREAU.fullmatch(self.name)
        return short is not None and short[1] in other.name and any(body.endswith("局") for body in other.bodies)

    def ends_with(self, other: _Named) -> bool:
        """Return whether this is the other behind a stray word, which hides the division."""
        return not self.codes and self.name.endswith(other.name)

    def may_lie_with(self, other: _Named) -> bool:
        """Return whether both may belong to one division."""
        return not (self.codes and other.codes) or bool(self.codes & other.codes)


def same_body(one: str, other: str, around: Around | None, year: int | None) -> bool:
    """Return whether two names may be those of one body: one may be short, or omit the division or those above it.

    >>> full = "石屏县坝心镇人民政府"
    >>> [same_body(full, name, None, 2020) for name in ("坝心镇", "石屏县坝心镇政府", "建水县坝心镇", "石屏县")]
    [True, True, False, False]
    """
    return _are_same(_named(one, around, year), _named(other, around, year))


def supporting(names: Iterable[str], around: Around | None, year: int | None) -> dict[str, frozenset[str]]:
    """Return for each name those, itself among them, that support it: of one body, or of a government and its office.

    >>> sorted(supporting(["石屏县", "石屏县政府办公室", "石屏县教育局"], None, 2020)["石屏县"])
    ['石屏县', '石屏县政府办公室']
    """
    named = {name: _named(name, around, year) for name in names}
    return {
        name: frozenset(
            other
            for other, body in named.items()
            if other == name or _are_same(own, body) or _are_body_and_office(own, body)
        )
        for name, own in named.items()
    }


def _are_same(first: _Named, second: _Named) -> bool:
    if not first.may_lie_with(second):
        return False
    if first.bodies & second.bodies or first.is_short_for(second) or second.is_short_for(first):
        return True
    if first.codes or second.codes:
        return first.ends_with(second) or second.ends_with(first)
    # Names of divisions that no list has remain in the names of their bodies.
    pairs = (
        (_GOVERNMENT.sub("", body), _GOVERNMENT.sub("", other)) for body in first.bodies for other in second.bodies
    )
    return any(one.endswith(other) or other.endswith(one) for one, other in pairs)


def _are_body_and_office(first: _Named, second: _Named) -> bool:
    """Return whether two names are those of a government, be it of a town, and of its office."""
    led, others = (
        {_GOVERNMENT_OR_OFFICE.sub("", body) for body in named.bodies if _GOVERNMENT_OR_OFFICE.search(body)}
        for named in (first, second)
    )
    return bool(led & others) and first.may_lie_with(second)


def _named(name: str, around: Around | None, year: int | None) -> _Named:
    return _Named(name, *named_bodies(name, year, around or NOWHERE))
