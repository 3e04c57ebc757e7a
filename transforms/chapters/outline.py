"""Headings → those that begin chapters.

Owns the choice of the style that chapters are numbered in, and what the order of numbers says: a list within a chapter
(一、二、 under 五) begins none, numbers that begin again after an annex do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from transforms.chapters.headings import Heading, Style
from transforms.chapters.wording import OVERVIEW, is_part, names_nothing, official_section, section_names

_NUMBERED = (Style.PART, Style.CHAPTER, Style.BRACKET, Style.DIGIT)
_LEAST_KNOWN = 2
_LEAST_PLAIN = 3
"""Least sections that titles without numbers must name: a short line of a text may name one by chance."""
_LEAST_IN_ORDER = 3
_LEAST_OF_A_REPORT = 3
"""Least sections that headings from 1 on name if they are chapters, whatever numbers follow them."""


def chapter_headings(headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings that begin chapters or parts of the report, in order."""
    numbered = next((style for style in _NUMBERED if len(_known(headings, style)) >= _LEAST_KNOWN), None)
    chapters: list[Heading] = []
    for opening, own in _stretches(headings, numbered):
        chapters += opening
        chapters += _named_by_order(_chapters(own, _style(own, numbered)))
    return list(_with_one_overview(chapters))


def _known(headings: Sequence[Heading], style: Style) -> set[str]:
    return {heading.section for heading in headings if heading.style is style and heading.section}


def _stretches(headings: Sequence[Heading], style: Style | None) -> Iterator[tuple[list[Heading], list[Heading]]]:
    """Yield the headings between the openings of the report's parts, each with its opening: 第二部分, 附件.

    Before the first heading of a chapter there is no annex: the line names a file.
    """
    opening: list[Heading] = []
    own: list[Heading] = []
    begun = False
    for heading in headings:
        opens = (heading.style is Style.PART and style is not Style.PART) or (heading.style is Style.ANNEX and begun)
        if opens:
            yield opening, own
            opening, own = [heading], []
        elif heading.style is not Style.ANNEX:
            own.append(heading)
        begun = begun or heading.section is not None
    yield opening, own


def _style(headings: Sequence[Heading], usual: Style | None) -> Style | None:
    """Return the style of the chapters in one part: the usual one, else the outermost that names sections or counts."""
    plain = len(_known(headings, Style.PLAIN))
    counted = {style: len(_known(headings, style)) for style in _NUMBERED}
    if plain >= _LEAST_PLAIN and plain > 2 * max(counted.values()):
        return Style.PLAIN
    if usual and any(heading.style is usual for heading in headings):
        return usual
    known = (style for style in _NUMBERED if counted[style] >= _LEAST_KNOWN)
    in_order = (style for style in _NUMBERED if _is_in_order(headings, style, _LEAST_IN_ORDER - bool(counted[style])))
    return next(known, next(in_order, None))


def _is_in_order(headings: Sequence[Heading], style: Style, least: int) -> bool:
    numbers = [heading.number for heading in headings if heading.style is style]
    return numbers[:least] == list(range(1, least + 1))


def _chapters(headings: Sequence[Heading], style: Style | None) -> list[Heading]:
    """Return the headings of the chapters of one part."""
    if style is None:
        return []
    if style is Style.PLAIN:
        return list(_plain(headings))
    own = [heading for heading in headings if heading.style is style]
    return _with_strays(_outer(own), headings)


def _plain(headings: Sequence[Heading]) -> Iterator[Heading]:
    """Yield the headings without number that begin chapters; a part of the current chapter begins none."""
    section: str | None = None
    for at, heading in enumerate(headings):
        if heading.style is not Style.PLAIN:
            continue
        later = {one.section for one in headings[at + 1 :] if one.style is Style.PLAIN}
        if is_part(heading.title, section) and (heading.section is None or heading.section in later):
            continue
        section = heading.section
        yield heading


def _outer(headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings of one style that are no items of a list within a chapter.

    A list begins at 1 again. It is one if it names no section, or if the numbers around it go on after it and have the
    sections that it names.
    """
    runs: list[list[Heading]] = []
    lists: list[list[Heading]] = []
    for at, heading in enumerate(headings):
        depth = _depth(runs, heading, headings[at + 1 :])
        lists += runs[depth:]
        del runs[depth:]
        if runs and heading.number != 1:
            runs[-1] = [*_before(runs[-1], heading), heading]
        else:
            runs.append([heading])
    sections = {heading.section for run in runs for heading in run}
    dropped = [run for run in lists if _names(run) <= sections and len(_names(run)) < _LEAST_OF_A_REPORT]
    dropped += [run for run in runs[1:] if not _names(run)]
    items = {heading.place for run in dropped for heading in run}
    kept = {heading.place for run in (*runs, *lists) for heading in run} - items
    return [heading for heading in headings if heading.place in kept]


def _names(run: Sequence[Heading]) -> set[str | None]:
    return {heading.section for heading in run if heading.section}


def _depth(runs: Sequence[Sequence[Heading]], heading: Heading, later: Sequence[Heading]) -> int:
    """Return how many of the runs a heading leaves open: those up to the innermost that it continues.

    A heading that names a section continues a run that names some, unless another with its number does so later.
    """
    if heading.number == 1:
        return len(runs)
    continued = [depth for depth in range(len(runs), 0, -1) if runs[depth - 1][-1].number + 1 == heading.number]
    known = [depth for depth in range(len(runs), 0, -1) if heading.section and _names(runs[depth - 1])]
    both = [depth for depth in continued if depth in known]
    again = any(one.number == heading.number and one.section for one in later)
    if again and not official_section(heading.title):
        both = []
    return next(iter((*both, *continued, *known)), len(runs))


def _before(run: Sequence[Heading], heading: Heading) -> list[Heading]:
    """Return what a run has before a heading: unknown titles with its number or a greater one are items of a list."""
    kept = list(run)
    while heading.section and kept and not kept[-1].section and kept[-1].number >= heading.number > 1:
        kept.pop()
    return kept


def _with_strays(chapters: Sequence[Heading], headings: Sequence[Heading]) -> list[Heading]:
    """Return the chapters with those that are numbered in another way or not at all.

    Such a heading prints a title of the forms for a section that no other heading has, between two chapters whose
    numbers leave one out or after the last.
    """
    named = {chapter.section for chapter in chapters}
    strays = [
        heading
        for heading in headings
        if heading not in chapters and heading.section not in named and official_section(heading.title)
    ]
    fitting = [stray for stray in strays if _fits(stray, chapters)]
    return sorted([*chapters, *fitting], key=lambda heading: heading.place)


def _fits(stray: Heading, chapters: Sequence[Heading]) -> bool:
    before = [chapter.number for chapter in chapters if chapter.place < stray.place]
    after = [chapter.number for chapter in chapters if chapter.place > stray.place]
    last = before[-1] if before else 0
    return stray.number in (0, last + 1) and (not after or after[0] > last + 1)


def _with_one_overview(chapters: Sequence[Heading]) -> Iterator[Heading]:
    """Yield the chapters; of several in general words (重点工作推进情况) only the first can be the overview.

    Where numbers begin again, or after the last chapter of the forms, another report may begin.
    """
    found, last = False, None
    for chapter in chapters:
        begins = chapter.number == 1 or (chapter.number == 0 and last == section_names()[-1])
        again = found and not begins and chapter.section == OVERVIEW and not official_section(chapter.title)
        found, last = found or chapter.section == OVERVIEW, chapter.section
        yield replace(chapter, section=None) if again else chapter


def _named_by_order(chapters: Sequence[Heading]) -> list[Heading]:
    """Return the chapters; a first one whose title names nothing is the overview if the second is that of the forms."""
    named = {chapter.section for chapter in chapters}
    pairs = list(pairwise(chapters))
    if OVERVIEW in named or not pairs:
        return list(chapters)
    first, second = pairs[0]
    by_order = first.number == 1 and second.number == 2 and second.section == "disclosures" and not first.section
    if not (by_order and names_nothing(first.title)):
        return list(chapters)
    return [replace(first, section=OVERVIEW), *chapters[1:]]
