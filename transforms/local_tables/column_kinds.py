"""The kind of a column by the words in its header: label, unit, code, or the period and body that its numbers are of.

Owns the reading of `columns.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from nianbao import Declaration, DeclarationError, read_declaration

Kind = Literal["code", "unit", "label", "remark", "cumulative", "other_period", "this_year", "whole", "value", "level"]
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]|\s+")


class _Columns(Declaration):
    columns: dict[str, tuple[str, ...]]


@cache
def _patterns() -> Mapping[Kind, re.Pattern[str]]:
    path = Path(__file__).with_name("columns.yml")
    declared = read_declaration(path, _Columns).columns
    if set(declared) != set(get_args(Kind)) - {"level"}:
        raise DeclarationError(f"{path}: declare exactly the kinds {', '.join(get_args(Kind)[:-1])}")
    return {kind: re.compile("|".join(declared[kind])) for kind in get_args(Kind) if kind in declared}


def kind_of(header: str, year: int | None) -> Kind:
    """Return the kind of a column; `year` is the year reported on.

    >>> [kind_of(header, 2013) for header in ("计量单位", "2012年", "2013年度", "历年累计", "年度累计", "乡镇")]
    ['unit', 'other_period', 'this_year', 'cumulative', 'this_year', 'level']
    """
    squeezed = _BRACKETS.sub("", header)
    printed = _YEAR.findall(squeezed)
    if len(printed) > 1:
        return "cumulative"
    for kind, pattern in _patterns().items():
        if kind == "other_period" and printed and not pattern.search(squeezed):
            return "this_year" if int(printed[0]) == year else "other_period"
        if pattern.search(squeezed):
            return kind
    return "level"
