"""The spellings of a body within its division → its one canonical name.

Owns which spellings mean the same; the words are in `body_names.yml`. A spelling that fits two
bodies is that of neither.
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
    renamed: Mapping[str, str]
    heads: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Spellings:
    """The compiled names: rules in their order, and each spelling without joints → the full names that it fits."""

    rules: tuple[tuple[re.Pattern[str], str], ...]
    joints: re.Pattern[str]
    endings: Mapping[str, str]
    stems: Mapping[str, tuple[str, ...]]
    whole: Mapping[str, tuple[str, ...]]
    renamed: Mapping[str, str]
    heads: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=20_000)
def canonical_body(name: str) -> str:
    """Return the canonical name of a body from its name without that of its division; that of its government if empty.

    >>> [canonical_body(name) for name in ("", "政府", "政府办", "城关镇", "人民政府东关街道办", "县卫健局")]
    ['人民政府', '人民政府', '人民政府办公室', '城关镇人民政府', '东关街道办事处', '卫生健康局']
    >>> [canonical_body(name) for name in ("发改委", "发展改革委员会", "教育局", "教育体育局", "城管局")]
    ['发展和改革委员会', '发展和改革委员会', '教育局', '教育体育局', '城管局']
    """
    fitting = bodies_of(name)
    return fitting[0] if len(fitting) == 1 else _by_rules(name)


@lru_cache(maxsize=20_000)
def bodies_of(name: str) -> tuple[str, ...]:
    """Return the canonical names of the bodies that a name without its division may mean: one, unless it is too short.

    >>> bodies_of("城管局")
    ('城市管理局', '城市管理综合行政执法局', '城市管理和综合执法局')
    """
    name = _by_rules(name)
    return _department(name) or (name or "人民政府",)


def body_today(body: str) -> str:
    """Return the canonical name under which a body goes on, if it was renamed; else the same.

    >>> body_today("卫生和计划生育局"), body_today("工商行政管理局")
    ('卫生健康局', '工商行政管理局')
    """
    return _spellings().renamed.get(body, body)


def head_of(body: str) -> str:
    """Return the name of the authority that precedes the division in a body's canonical name; empty for most bodies.

    >>> head_of("税务局"), head_of("教育局")
    ('国家税务总局', '')
    """
    return next((head for head, pattern in _spellings().heads if pattern.search(body)), "")


def without_joints(name: str) -> str:
    """Return a name without the words that come and go in it.

    >>> without_joints("发展和改革局")
    '发展改革局'
    """
    return _spellings().joints.sub("", name)


def _by_rules(name: str) -> str:
    for pattern, by in _spellings().rules:
        name = pattern.sub(by, name)
    return name


def _department(name: str) -> tuple[str, ...]:
    """Return the full names of the departments that a name fits; none if it is that of something else."""
    spellings = _spellings()
    whole = spellings.whole.get(without_joints(name))
    if whole is not None:
        return whole
    ending = _DEPARTMENT.search(name)
    if ending is None or not ending.start():
        return ()
    stem = without_joints(name[: ending.start()])
    known = next((stem[at:] for at in range(len(stem)) if _begins_at(stem, at) and stem[at:] in spellings.stems), None)
    if known is None and ending[0] in spellings.endings:
        return ()
    fulls = spellings.stems[known] if known else (stem,)
    head = stem.removesuffix(known) if known else ""
    return tuple(head + full + spellings.endings.get(ending[0], ending[0]) for full in fulls)


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
        renamed=names.renamed,
        heads=tuple((head, re.compile(pattern)) for head, pattern in names.heads.items()),
    )


def _by_spelling(names: Mapping[str, Iterable[str]], joints: re.Pattern[str]) -> dict[str, tuple[str, ...]]:
    """Return spelling without joints → the full names that have it; a full name is its own alone."""
    fulls: defaultdict[str, list[str]] = defaultdict(list)
    for full, shorts in names.items():
        for spelling in shorts:
            fulls[joints.sub("", spelling)].append(full)
    return {spelling: tuple(own) for spelling, own in fulls.items()} | {joints.sub("", full): (full,) for full in names}
