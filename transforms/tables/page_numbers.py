"""Bare page numbers in running text: lines that hold one number and count up with the pages.

Owns the proof, without positions, that a bare number belongs to a page and not to a cell: it must continue through the
whole document. Readers have already removed numbers with the form of a page number (- 5 -, 第5页) and, from PDF pages,
those at a fixed position.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extractors.document import Block
from transforms.chapters.headings import Part

_BARE_NUMBER = re.compile(r"\s*(\d{1,3})\s*")
_LEAST_PAGES = 3
"""Pages that must be numbered: two numbers in a row can be cells by chance."""
_LEAST_SHARE = 0.6
"""Share of the pages, or of the bare numbers, that must fit the count."""
_SHORTEST_PAGE = 10
"""Lines of text that a page has at least; consecutive numbers closer to each other are cells."""
_SENTENCE_MARK = re.compile("[，。；]")


def without_bare_page_numbers(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a document without the lines that are bare page numbers.

    >>> pages = [Block(text, page) for page in (1, 2, 3) for text in ("正文", str(page + 4))]
    >>> [part.text for part in without_bare_page_numbers(pages)]
    ['正文', '正文', '正文']
    """
    bare = {
        at: int(match[1])
        for at, part in enumerate(parts)
        if isinstance(part, Block) and (match := _BARE_NUMBER.fullmatch(part.text))
    }
    numbers = _at_page_edges(parts, bare) | _counting_up(parts, bare)
    return [part for at, part in enumerate(parts) if at not in numbers]


def _at_page_edges(parts: Sequence[Part], bare: dict[int, int]) -> set[int]:
    """Return the bare numbers that begin or end their page and, on most pages, differ equally from its index."""
    pages: dict[int, list[int]] = {}
    for at, part in enumerate(parts):
        if isinstance(part, Block) and part.page is not None and part.text.strip():
            pages.setdefault(part.page, []).append(at)
    offsets: dict[int, int] = {}
    for page, lines in pages.items():
        offsets |= {at: bare[at] - page for at in (lines[0], lines[-1]) if at in bare}
    commonest, count = next(iter(Counter(offsets.values()).most_common(1)), (0, 0))
    if count < _LEAST_PAGES or count < _LEAST_SHARE * len(pages):
        return set()
    return {at for at, offset in offsets.items() if offset == commonest}


def _counting_up(parts: Sequence[Part], bare: dict[int, int]) -> set[int]:
    """Return the bare numbers that count up by one, a page of text apart.

    Cells could do so by chance. So one of the numbers must interrupt sentences, or few other numbers may stand alone
    on a line.
    """
    lines = [at for at, part in enumerate(parts) if isinstance(part, Block) and part.text.strip()]
    order = {at: number for number, at in enumerate(lines)}
    longest: list[int] = []
    for start in bare:
        count = [start]
        for at, number in bare.items():
            if number == bare[count[-1]] + 1 and order[at] - order[count[-1]] >= _SHORTEST_PAGE:
                count.append(at)
        longest = max(longest, count, key=len)
    amid_sentences = any(_interrupts_sentences(parts, lines, order[at]) for at in longest)
    proven = len(longest) > _LEAST_PAGES and len(longest) >= _LEAST_SHARE * len(bare)
    return _unambiguous(longest, bare) if proven or (amid_sentences and len(longest) >= _LEAST_PAGES) else set()


def _unambiguous(count: Sequence[int], bare: dict[int, int]) -> set[int]:
    """Return the members of a count that no other line could replace: an equal number may be part of a split one."""
    bounds = [-1, *count, max(bare) + 1]
    return {
        at
        for before, at, after in zip(bounds, count, bounds[2:], strict=False)
        if sum(before < other < after and bare[other] == bare[at] for other in bare) == 1
    }


def _interrupts_sentences(parts: Sequence[Part], lines: Sequence[int], line: int) -> bool:
    """Return whether the lines before and after a line are sentences."""
    around = [parts[at] for at in (*lines[max(line - 1, 0) : line], *lines[line + 1 : line + 2])]
    return len(around) == 2 and all(isinstance(part, Block) and _SENTENCE_MARK.search(part.text) for part in around)
