"""One file that holds several reports, one behind the other → the readings of each.

Owns where the next report begins: at a title of its own, before sections that begin anew. Must not read figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise, tee

from extractors.document import Block, Document
from transforms.prose.titles import ReportTitle, report_title
from transforms.sections import SECTIONS, Part, headings

_LONGEST_TITLE = 80
_LEAST_TEXT = 20
"""Characters that a first section has at least: below its entry in a table of contents stands the next entry."""


def separate(documents: Iterable[Document]) -> list[Iterator[Document]]:
    """The readings of each report in a file, of which `documents` must hold one reading at least.

    The cheapest reading says how many there are; readings that say otherwise are left out where there are several.
    """
    remaining = iter(documents)
    cheapest = next(remaining)
    count = len(split_reports(cheapest))
    if count == 1:
        return [chain([cheapest], remaining)]
    splits = (split for document in chain([cheapest], remaining) if len(split := split_reports(document)) == count)
    return [_numbered(copy, number) for number, copy in enumerate(tee(splits, count))]


def _numbered(splits: Iterable[Sequence[Document]], number: int) -> Iterator[Document]:
    return (split[number] for split in splits)


def split_reports(document: Document) -> list[Document]:
    """A document a report, in print order; the document itself where it holds one.

    The title and the agency that the file declares are those of none of several.

    >>> def report(name):
    ...     lines = f"{name}2023年政府信息公开工作年度报告", "一、总体情况", "全年按季更新政府信息公开栏目，运转平稳。"
    ...     return [Block(line) for line in lines]
    >>> parts = (*report("甲子县"), *report("乙丑县"))
    >>> [next(one.blocks()).text for one in split_reports(Document("text/plain", "text_flow", parts))]
    ['甲子县2023年政府信息公开工作年度报告', '乙丑县2023年政府信息公开工作年度报告']
    """
    starts = _starts(document.parts)
    if len(starts) < 2:
        return [document]
    metadata = {name: value for name, value in document.metadata.items() if name not in ("title", "agency")}
    bounds = [0, *starts[1:], len(document.parts)]
    return [replace(document, parts=document.parts[start:end], metadata=metadata) for start, end in pairwise(bounds)]


def _starts(parts: Sequence[Part]) -> list[int]:
    """Places of the titles with which the reports begin; the same title over again begins none."""
    places = [(place, name) for place, _, name in headings(parts)]
    starts: list[int] = []
    former: ReportTitle | None = None
    after = 0
    for number, (place, name) in enumerate(places):
        end = places[number + 1][0] if number + 1 < len(places) else len(parts)
        if name == SECTIONS[0] and _length(parts[place + 1 : end]) >= _LEAST_TEXT:
            start, title = _title(parts, after, place)
            if title and not (former and title.agency and (title.agency, title.year) == (former.agency, former.year)):
                starts.append(start)
                former = title
        after = place + 1
    return starts


def _title(parts: Sequence[Part], after: int, before: int) -> tuple[int, ReportTitle | None]:
    """The first line between two places that is a report's title, with a line above that holds the agency alone."""
    for place in range(after, before):
        part = parts[place]
        title = report_title(part.text) if isinstance(part, Block) and len(part.text) <= _LONGEST_TITLE else None
        if not (isinstance(part, Block) and title):
            continue
        above = parts[place - 1] if place > after and not title.agency else None
        whole = report_title(above.text + part.text) if isinstance(above, Block) else None
        return (place - 1, whole) if whole and whole.agency else (place, title)
    return before, None


def _length(parts: Sequence[Part]) -> int:
    return sum(len(part.text.strip()) for part in parts if isinstance(part, Block))
