"""One file with several reports in sequence → the readings of each.

Owns where the next report begins: at its own title, before chapters that start again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise, tee

from extractors.document import Block, Document
from transforms.chapters.headings import Part
from transforms.chapters.wording import OVERVIEW
from transforms.prose.titles import ReportTitle, report_title
from transforms.tables.document_view import DocumentView

_LONGEST_TITLE = 80
_LEAST_TEXT = 20
"""Least characters of a first chapter: in a table of contents, its heading is followed by the next one."""


def documents_by_report(documents: Iterable[Document]) -> list[Iterator[DocumentView]]:
    """Return views of the readings of each report in a file; `documents` must hold at least one reading.

    The cheapest reading decides how many reports there are. If there are several, readings with another number are
    left out.
    """
    remaining = map(DocumentView, documents)
    cheapest = next(remaining)
    count = len(split_reports(cheapest))
    if count == 1:
        return [chain([cheapest], remaining)]
    splits = (split for view in chain([cheapest], remaining) if len(split := split_reports(view)) == count)
    return [_nth(copy, number) for number, copy in enumerate(tee(splits, count))]


def _nth(splits: Iterable[Sequence[DocumentView]], number: int) -> Iterator[DocumentView]:
    return (split[number] for split in splits)


def split_reports(view: DocumentView) -> list[DocumentView]:
    """Return a view of one document per report, in print order; the same view if its document holds one report.

    If there are several, the title and the agency that the file declares are dropped: they belong to none of them.

    >>> def report(name):
    ...     lines = f"{name}2023年政府信息公开工作年度报告", "一、总体情况", "全年按季更新政府信息公开栏目，运转平稳。"
    ...     return [Block(line) for line in (*lines, "二、主动公开政府信息情况")]
    >>> parts = (*report("甲子县"), *report("乙丑县"))
    >>> view = DocumentView(Document("text/plain", "text_flow", parts))
    >>> [report.parts[0].text for report in split_reports(view)]
    ['甲子县2023年政府信息公开工作年度报告', '乙丑县2023年政府信息公开工作年度报告']
    """
    starts, document = _starts(view), view.document
    if len(starts) < 2:
        return [view]
    metadata = {name: value for name, value in document.metadata.items() if name not in ("title", "agency")}
    bounds = [0, *starts[1:], len(document.parts)]
    parts = (document.parts[start:end] for start, end in pairwise(bounds))
    return [DocumentView(replace(document, parts=own, metadata=metadata)) for own in parts]


def _starts(view: DocumentView) -> list[int]:
    """Return the places of the titles with which reports begin; a repeated title begins none."""
    starts: list[int] = []
    previous: ReportTitle | None = None
    for before, chapter in pairwise(view.chapters):
        if chapter.section != OVERVIEW or _length(chapter.parts) < _LEAST_TEXT:
            continue
        start, title = _title(view.parts, before.place, chapter.place)
        if title and not (previous and title.agency and (title.agency, title.year) == (previous.agency, previous.year)):
            starts.append(start)
            previous = title
    return starts


def _title(parts: Sequence[Part], after: int, before: int) -> tuple[int, ReportTitle | None]:
    """Return the first report title between two places, joined with a line above that holds only the agency."""
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
