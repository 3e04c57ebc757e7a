"""Printed words → labels of the form: normalisation and the bound of fuzzy matching.

Owns what counts as the same label despite spaces, quotes, numbering and misprints. The labels are in `*.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import fuzz

T = TypeVar("T")

SIMILAR = 82.0
"""Least similarity (0 to 100, Indel) at which a misprint counts as a label.

No two official labels of one table of 60号 and 30号 reach it: the nearest, 本年新收… and 上年结转政府信息公开申请数量,
reach 79 (a test holds this). 32号 has a few that do; `rivals` returns them.
"""

SHORTEST_MISPRINT = 5
"""Labels with fewer characters must be printed exactly: one wrong character can already make another label."""

_MOST_MISSING = (200 - 2 * SIMILAR) / (200 - SIMILAR)
"""Share of a label's characters that a text may lack: with more, 2·kept / (label + text) is below SIMILAR %."""

_NUMBERING = re.compile(
    r"[（(﹙][一二三四五六七八九十\d]{1,3}[)）﹚]|[一二三四五六七八九十][、．.]|\d{1,2}[.．、](?!\d)|[①-⑳]"
)
_NOT_WORDS = re.compile(r"[^\w]|_")


@lru_cache(maxsize=20_000)
def normalise(text: str) -> str:
    """Return a label without white space, numbering, quotes and punctuation.

    >>> normalise("3.危及“三安全一稳定 ”") == normalise("危及三安全一稳定")
    True
    >>> normalise("（七）总 计")
    '总计'
    """
    squeezed = re.sub(r"\s+", "", text)
    return _NOT_WORDS.sub("", _NUMBERING.sub("", squeezed))


def similarity(text: str, label: str) -> float:
    """Return how similar two normalised texts are: 100 if equal, 0 below the bound at which they count as one."""
    if text == label:
        return 100.0
    if len(label) < SHORTEST_MISPRINT:
        return 0.0
    return fuzz.ratio(text, label, score_cutoff=SIMILAR)


def tail_similarity(text: str, label: str) -> float:
    """Return how similar the end of a normalised text is to a label (the text before it may be other labels)."""
    if text.endswith(label):
        return 100.0
    return _misprint_similarity(text[-len(label) - 3 :], label) if len(label) >= SHORTEST_MISPRINT else 0.0


@lru_cache(maxsize=100_000)
def _misprint_similarity(longest: str, label: str) -> float:
    """Return how similar the end of a text is to a label, over all lengths that a misprint of it may have."""
    # With fewer characters in common, no length can reach SIMILAR.
    if len(set(label).difference(longest)) > _MOST_MISSING * len(label):
        return 0.0
    lengths = range(max(SHORTEST_MISPRINT, len(label) - 4), len(label) + 4)
    return max((similarity(longest[-length:], label) for length in lengths if length <= len(longest)), default=0.0)


def rivals(label: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the normalised labels whose end could be a misprint of `label`: a text must be nearer to it than to them.

    >>> rivals("同意公开答复数", ["不同意公开答复数", "申请答复数"])
    ('不同意公开答复数',)
    """
    return tuple(other for other in others if other != label and tail_similarity(other, label) > 0)


def contains(text: str, label: str) -> bool:
    """Return whether a normalised text contains a label, even misprinted."""
    if label in text:
        return True
    return len(label) >= SHORTEST_MISPRINT and fuzz.partial_ratio(label, text, score_cutoff=SIMILAR) > 0


class LabelIndex(Generic[T]):
    """A search for the labels that a normalised text prints: the equal ones, else all within the bound.

    A misprint that is equally near to two labels (政务微视 to 政务微博 and 政务微信) is neither.
    """

    def __init__(self, labels: Iterable[tuple[str, T]]) -> None:
        self._labels = list(labels)
        self.find: Callable[[str], tuple[tuple[float, T], ...]] = lru_cache(maxsize=5_000)(self._search)
        """Return similarity and owner of each label that the text prints; empty for a text that prints none."""

    def _search(self, text: str) -> tuple[tuple[float, T], ...]:
        equal = tuple((100.0, owner) for label, owner in self._labels if label == text)
        if equal or len(text) < SHORTEST_MISPRINT - 1:
            return equal
        scored = [(similarity(text, label), label, owner) for label, owner in self._labels]
        best = max((score for score, _, _ in scored), default=0.0)
        nearest = [(label, id(owner)) for score, label, owner in scored if score == best]
        if len({label for label, _ in nearest}) > 1 and len({owner for _, owner in nearest}) > 1:
            return ()
        return tuple((score, owner) for score, _, owner in scored if score)
