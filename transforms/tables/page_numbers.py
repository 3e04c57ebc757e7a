"""Bare page numbers amid running text: lines that hold one number and count up with the pages.

Owns the proof that a bare number is a page's and not a cell's: it must go on through the whole document. Page
numbers that show themselves (- 5 -, 第5页) are left out by the readers already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extractors.document import Block
from transforms.sections import Part

_BARE = re.compile(r"\s*(\d{1,3})\s*")
_LEAST_PAGES = 3
_LEAST_SHARE = 0.6
_SHORTEST_PAGE = 10
"""Lines of text that a page has at least; numbers that follow each other more closely are cells."""
_SENTENCE = re.compile("[，。；]")


def without_page_numbers(parts: Sequence[Part]) -> list[Part]:
    """The parts of a document without the lines that are bare page numbers.

    >>> pages = [Block(text, page) for page in (1, 2, 3) for text in ("正文", str(page + 4))]
    >>> [part.text for part in without_page_numbers(pages)]
    ['正文', '正文', '正文']
    """
    bare = {
        at: int(match[1])
        for at, part in enumerate(parts)
        if isinstance(part, Block) and (match := _BARE.fullmatch(part.text))
    }
    numbers = _at_edges(parts, bare) | _counting_up(parts, bare)
    return [part for at, part in enumerate(parts) if at not in numbers]


def _at_edges(parts: Sequence[Part], bare: dict[int, int]) -> set[int]:
    """Bare numbers that begin or end their page and differ from its place in the file by the same on most pages."""
    edges: dict[int, int] = {}
    pages: dict[int, list[int]] = {}
    for at, part in enumerate(parts):
        if isinstance(part, Block) and part.page is not None and part.text.strip():
            pages.setdefault(part.page, []).append(at)
    for page, places in pages.items():
        edges |= {at: bare[at] - page for at in (places[0], places[-1]) if at in bare}
    offset, count = next(iter(Counter(edges.values()).most_common(1)), (0, 0))
    if count < _LEAST_PAGES or count < _LEAST_SHARE * len(pages):
        return set()
    return {at for at, difference in edges.items() if difference == offset}


def _counting_up(parts: Sequence[Part], bare: dict[int, int]) -> set[int]:
    """Bare numbers that count up by one, a page of text apart.

    Cells could do so by chance: hence one of them must break into sentences, or few others stand alone on a line.
    """
    lines = [at for at, part in enumerate(parts) if isinstance(part, Block) and part.text.strip()]
    order = {at: number for number, at in enumerate(lines)}
    best: list[int] = []
    for start in bare:
        chain = [start]
        for at, number in bare.items():
            if number == bare[chain[-1]] + 1 and order[at] - order[chain[-1]] >= _SHORTEST_PAGE:
                chain.append(at)
        best = max(best, chain, key=len)
    amid_sentences = any(_breaks_into_sentences(parts, lines, order[at]) for at in best)
    proven = len(best) > _LEAST_PAGES and len(best) >= _LEAST_SHARE * len(bare)
    return _sure(best, bare) if proven or (amid_sentences and len(best) >= _LEAST_PAGES) else set()


def _sure(chain: Sequence[int], bare: dict[int, int]) -> set[int]:
    """The places of a chain that no other line with the same number could take: it may be the rest of a cut one."""
    bounds = [-1, *chain, max(bare) + 1]
    return {
        at
        for before, at, after in zip(bounds, chain, bounds[2:], strict=False)
        if sum(before < other < after and bare[other] == bare[at] for other in bare) == 1
    }


def _breaks_into_sentences(parts: Sequence[Part], lines: Sequence[int], line: int) -> bool:
    around = [parts[at] for at in (*lines[max(line - 1, 0) : line], *lines[line + 1 : line + 2])]
    return len(around) == 2 and all(isinstance(part, Block) and _SENTENCE.search(part.text) for part in around)
