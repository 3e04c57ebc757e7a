"""The lines above a report → its title: which of them belong together, and the agency beside them.

Owns the joining of lines; `titles` interprets what they say together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from transforms.prose.titles import (
    NamedReport,
    is_agency,
    is_between_lines,
    may_be_title_line,
    named_report,
    plain,
    year_alone,
)

_MOST_LINES = 4
_DIVISION = re.compile(r"[\u4e00-\u9fff]{2,12}[省市县区旗州盟]")
_MOST_BETWEEN = 4
"""Lines of other matters (numbers of the index, dates) that may stand between two lines of a title."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title as printed, with what it names; its last line is that of place `last`.

    `beside`: the agency stands on a line of its own, which may also be the head of the page.
    """

    text: str
    agency: str
    year: int | None
    last: int
    beside: bool = False

    @property
    def worth(self) -> tuple[bool, bool]:
        """What it names, the year being worth more."""
        return self.year is not None, bool(self.agency)


def find_title(lines: Sequence[str]) -> Title | None:
    """Return the first title among some lines that names agency and year, else the one that names most.

    >>> find_title(["附件1", "甲子县司法局2021年政府信息公", "开工作年度报告", "2022年1月20日"])
    ... # doctest: +NORMALIZE_WHITESPACE
    Title(text='甲子县司法局2021年政府信息公开工作年度报告', agency='甲子县司法局', year=2021, last=2,
        beside=False)
    """
    best: Title | None = None
    for first, last in _cores(lines):
        title = _extended(lines, first, last)
        if title and all(title.worth):
            return title
        if title and any(title.worth) and (best is None or title.worth > best.worth):
            best = title
    return best


def _cores(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and last place of the fewest lines that name a report together, from the top."""
    done = -1
    for last in range(len(lines)):
        for first in range(last, max(done, last - _MOST_LINES), -1):
            if not may_be_title_line(lines[first]):
                break
            if named_report("".join(lines[first : last + 1])):
                yield first, last
                done = last
                break


def _extended(lines: Sequence[str], first: int, last: int) -> Title | None:
    """Return the title in some lines, with lines above or below that name what it lacks."""
    text = "".join(line.strip() for line in lines[first : last + 1])
    title = _title(text, last)
    room = _MOST_LINES - (last + 1 - first)
    for place in islice(_neighbours(lines, first, -1), room):
        longer = _title(lines[place].strip() + title.text, last)
        longer = replace(longer, beside=title.beside or (not title.agency and is_agency(_without_year(lines[place]))))
        if not _adds(longer, title, lines[place]):
            break
        title, room = longer, room - 1
    for place in islice(_neighbours(lines, last, 1), room):
        below = _with_line_below(title, lines[place], place)
        if below is None:
            break
        title = below
    return title


def _neighbours(lines: Sequence[str], place: int, step: int) -> Iterator[int]:
    """Yield the places above or below one, without lines that stand between those of a title."""
    between = 0
    place += step
    while 0 <= place < len(lines) and between <= _MOST_BETWEEN:
        if not lines[place].strip() or is_between_lines(lines[place]):
            between += 1
        elif may_be_title_line(lines[place]):
            yield place
        else:
            return
        place += step


def _title(text: str, last: int) -> Title:
    """Return a title; a name that is none of an agency counts as none."""
    named = named_report(text) or NamedReport("", None, "", corrected=False)
    return Title(text, named.agency if is_agency(named.agency) else "", named.year, last)


def _adds(longer: Title, title: Title, line: str) -> bool:
    """Return whether a line above a title is its beginning: it adds the year, or the agency or the begin of its name.

    A line that is a report's name itself, or nothing but words of the page, adds nothing.
    """
    if named_report(line) is not None or longer.worth < title.worth or bool(longer.agency) < bool(title.agency):
        return False
    if longer.worth > title.worth:
        return True
    name = _without_year(line)
    begins = not is_agency(name) or _DIVISION.fullmatch(name) is not None
    return begins and longer.agency != title.agency and longer.year == title.year


def _without_year(line: str) -> str:
    named = named_report(f"{line}政府信息公开年度报告")
    return named.agency if named else plain(line)


def _with_line_below(title: Title, line: str, place: int) -> Title | None:
    """Return a title with the year or the agency in the line below it; None if that line names neither."""
    name = plain(line).strip("()[]【】—-")
    year = year_alone(line)
    if title.year is None and year is not None:
        return replace(title, text=title.text + line.strip(), year=year, last=place)
    if not title.agency and is_agency(name):
        return replace(title, agency=name, last=place, beside=True)
    return None
