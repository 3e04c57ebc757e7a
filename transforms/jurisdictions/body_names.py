"""The spellings of a body within its division → its one canonical name.

Owns which spellings mean the same; the words are in `body_names.yml`. A spelling that fits two
bodies stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nianbao import Declaration, read_declaration

_DEPARTMENT = re.compile(r"(?:局|委|委员会|厅|办|办公室|中心)$")


class _Rule(Declaration):
    pattern: str
    by: str


class _Names(Declaration):
    """The contents of `body_names.yml`, whose comments explain each entry."""

    rules: tuple[_Rule, ...]
    joints: str
    endings: Mapping[str, str]
    departments: Mapping[str, tuple[str, ...]]
    whole: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Spellings:
    """The compiled names: rules in their order, and each spelling without joints → its one full name."""

    rules: tuple[tuple[re.Pattern[str], str], ...]
    joints: re.Pattern[str]
    endings: Mapping[str, str]
    stems: Mapping[str, str]
    whole: Mapping[str, str]


@lru_cache(maxsize=20_000)
def canonical_body(name: str) -> str:
    """Return the canonical name of a body from its name without that of its division; that of its government if empty.

    >>> [canonical_body(name) for name in ("", "政府", "政府办", "城关镇", "人民政府东关街道办", "县卫健局")]
    ['人民政府', '人民政府', '人民政府办公室', '城关镇人民政府', '东关街道办事处', '卫生健康局']
    >>> [canonical_body(name) for name in ("发改委", "发展改革委员会", "教育局", "教育体育局", "城管局")]
    ['发展和改革委员会', '发展和改革委员会', '教育局', '教育体育局', '城管局']
    """
    spellings = _spellings()
    for pattern, by in spellings.rules:
        name = pattern.sub(by, name)
    return _department(name, spellings) or name or "人民政府"


def _department(name: str, spellings: _Spellings) -> str | None:
    """Return the full name of a department; None if the name is that of something else."""
    if name in spellings.whole:
        return spellings.whole[name]
    ending = _DEPARTMENT.search(name)
    if ending is None or not ending.start():
        return None
    stem = spellings.joints.sub("", name[: ending.start()])
    known = next((stem[at:] for at in range(len(stem)) if _begins_at(stem, at) and stem[at:] in spellings.stems), None)
    if known is None and ending[0] in spellings.endings:
        return None
    full = spellings.stems[known] if known else stem
    head = stem.removesuffix(known) if known else ""
    return head + full + spellings.endings.get(ending[0], ending[0])


def _begins_at(stem: str, at: int) -> bool:
    """Return whether a department's own name may begin there: first of all, or behind a division that no list has."""
    return at == 0 or stem[at - 1] in "省市县区旗州盟"


@cache
def _spellings() -> _Spellings:
    names = read_declaration(Path(__file__).with_suffix(".yml"), _Names)
    joints = re.compile(names.joints)
    return _Spellings(
        rules=tuple((re.compile(rule.pattern), rule.by) for rule in names.rules),
        joints=joints,
        endings=names.endings,
        stems=_by_spelling(names.departments, joints),
        whole=_by_spelling(names.whole, joints),
    )


def _by_spelling(names: Mapping[str, Iterable[str]], joints: re.Pattern[str]) -> dict[str, str]:
    """Return spelling without joints → full name, without spellings that two full names share."""
    fulls: defaultdict[str, set[str]] = defaultdict(set)
    for full, shorts in names.items():
        for spelling in (full, *shorts):
            fulls[joints.sub("", spelling)].add(full)
    return {spelling: full for spelling, (full, *others) in fulls.items() if not others}
