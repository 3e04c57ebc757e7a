"""The words of a title → the chapter of the forms that it names.

Owns the search for the words of `wording.yml`, and that a title which names two chapters, or something that the forms
have no chapter for, names none.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from nianbao import Declaration, read_declaration
from transforms.forms.labels import LabelIndex, normalise
from transforms.forms.layout import layouts

OVERVIEW = "overview"
_NUMBER = re.compile(
    r"(?P<bracket>[（(﹙])|(?P<digit>\d{1,2}[、.．])|(?P<numeral>[一二三四五六七八九十]{1,2}\s*[、，,.．\s])"
)
_LEAST_GENERAL = 4
"""Least characters of a title in general words: 工作情况."""
_LEAST_CUT = 6
"""Least characters by which the first line of a label that fills several is told from a title."""
_YEAR = re.compile(r"(?:20\d\d|二[〇○零]\w\w)年?")


class _Section(Declaration):
    titles: tuple[str, ...]
    words: tuple[str, ...] = ()


class _Overview(Declaration):
    names: tuple[str, ...]
    general: tuple[str, ...]
    residue: int


class _Wording(Declaration):
    sections: dict[str, _Section]
    topics: dict[str, str]
    overview: _Overview
    parts: dict[str, tuple[str, ...]]
    rows: tuple[str, ...]


@cache
def _wording() -> _Wording:
    return read_declaration(Path(__file__).with_suffix(".yml"), _Wording)


@cache
def section_names() -> tuple[str, ...]:
    """Return the sections that the forms know, in their order."""
    return tuple(_wording().sections)


@lru_cache(maxsize=20_000)
def section_of(title: str) -> str | None:
    """Return the section that a title names, in whatever words; None if it names none, or more than one.

    >>> section_of("五、短板弱项和改进打算"), section_of("依申请公开和收费情况"), section_of("2022年工作推进情况")
    ('problems', None, 'overview')
    """
    words = _YEAR.sub("", normalise(title))
    exact = _exact_titles().get(words)
    if exact or not words:
        return exact
    named = _named(words)
    if len(named) > 1:
        return None
    if named:
        return named[0] if named[0] in section_names() else None
    return official_section(title) or (OVERVIEW if _is_overview(words) else None)


def names_nothing(title: str) -> bool:
    """Return whether a title has no word of any section or topic: only its place can tell what its chapter is about."""
    return not _named(_YEAR.sub("", normalise(title)))


def _named(words: str) -> list[str]:
    """Return the sections and topics that some words name."""
    return [name for name, pattern in _patterns() if pattern.search(words)]


@lru_cache(maxsize=20_000)
def official_section(title: str) -> str | None:
    """Return the section whose title is printed as the forms print it, even misprinted."""
    found = {section for _, section in _titles().find(normalise(title))}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=20_000)
def is_row(line: str) -> bool:
    """Return whether a line is a label of a table of the forms, or its beginning, with a number of the same kind.

    >>> is_row("一、本年新收政府信息公开申请数量"), is_row("六、其他"), is_row("3.其他")
    (True, False, True)
    """
    words, kind = normalise(line), _kind(line.strip())
    if not words or words in _exact_titles():
        return False
    told = len(words) >= _LEAST_CUT or (kind and not section_of(words))
    cut = told and any(label.startswith(words) for label in _rows(kind))
    return bool(cut or _row_index(kind).find(words))


def begins_row(text: str) -> bool:
    """Return whether a text begins with a numbered label of the forms, as when each of its lines holds a piece.

    >>> begins_row("二、上年结转政府信息公开申请数量52000007"), begins_row("四、行政复议情况本年无行政复议")
    (True, False)
    """
    kind = _kind(text)
    return bool(kind) and normalise(text).startswith(tuple(_rows(kind)))


def _kind(line: str) -> str:
    """Return how a line is numbered: by a bracket, a digit, a Chinese numeral (as 一), or not at all."""
    match = _NUMBER.match(line)
    return match.lastgroup or "" if match else ""


def is_part(title: str, section: str | None) -> bool:
    """Return whether a title without a number is that of a part of a chapter: 监督保障 within the overview."""
    return normalise(title) in map(normalise, _wording().parts.get(section or "", ()))


def _is_overview(words: str) -> bool:
    rest = _residue(words)
    return (
        len(rest) <= _wording().overview.residue
        if _names_overview(words)
        else not rest and len(words) >= _LEAST_GENERAL
    )


def _names_overview(words: str) -> bool:
    return any(name in words for name in _wording().overview.names)


def _residue(words: str) -> str:
    """Return what the general words leave of a title."""
    return _any_of(_wording().overview.general).sub("", words)


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words))


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    wording = _wording()
    own = [(name, _any_of(section.words)) for name, section in wording.sections.items() if section.words]
    return own + [(name, re.compile(words)) for name, words in wording.topics.items()]


@cache
def _exact_titles() -> dict[str, str]:
    return {normalise(title): name for name, section in _wording().sections.items() for title in section.titles}


@cache
def _titles() -> LabelIndex[str]:
    return LabelIndex(_exact_titles().items())


@cache
def _rows(kind: str) -> frozenset[str]:
    """Return the labels of the forms that have a number of one kind; all of them for lines without a number."""
    tables = [table for layout in layouts() for table in layout.tables]
    labels = [label for table in tables for block in table.blocks for label in (*block.rows, *block.columns)]
    texts = {text for label in labels for text in (*label.labels, label.under or "")} | set(_wording().rows)
    return frozenset(normalise(text) for text in texts if text and kind in ("", _kind(text)))


@cache
def _row_index(kind: str) -> LabelIndex[str]:
    return LabelIndex((text, text) for text in _rows(kind))
