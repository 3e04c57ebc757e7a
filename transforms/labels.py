"""Printed words → labels of the form: normalisation and the bound of fuzzy matching.

Owns what counts as the same label in spite of spaces, quotes, numbering and misprints. Must not know which
labels there are: those stand in `layouts/`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from rapidfuzz import fuzz

SIMILAR = 82.0
"""Least similarity (0 to 100, Indel) at which a misprint counts as a label. No two official labels of one
table reach it: the nearest are 本年新收… and 上年结转政府信息公开申请数量 with 79 (held by a test)."""

SHORTEST_MISPRINT = 5
"""Labels with fewer characters must be printed exactly: one wrong character may already be another label."""

_NUMBERING = re.compile(
    r"[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十][、．.]|\d{1,2}[.．、](?!\d)|[①-⑳]"
)
_NOT_WORDS = re.compile(r"[^\w]|_")


@cache
def normalise(text: str) -> str:
    """A label without white space, numbering, quotes and punctuation, in compatibility form (NFKC).

    >>> normalise("3.危及“三安全一稳定 ”") == normalise("危及三安全一稳定")
    True
    >>> normalise("（七）总 计")
    '总计'
    """
    squeezed = re.sub(r"\s+", "", text)
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", _NUMBERING.sub("", squeezed)))


def similarity(text: str, label: str) -> float:
    """How much two normalised texts agree: 100 for equal ones, 0 below the bound at which they count as one."""
    if text == label:
        return 100.0
    if len(label) < SHORTEST_MISPRINT:
        return 0.0
    return fuzz.ratio(text, label, score_cutoff=SIMILAR)


def tail_similarity(text: str, label: str) -> float:
    """How much the end of a normalised text agrees with a label (text before it may be other labels)."""
    if text.endswith(label):
        return 100.0
    lengths = range(max(SHORTEST_MISPRINT, len(label) - 4), len(label) + 4)
    return max((similarity(text[-length:], label) for length in lengths if length <= len(text)), default=0.0)


def contains(text: str, label: str) -> bool:
    """Whether a normalised text holds a label, be it misprinted."""
    if label in text:
        return True
    return len(label) >= SHORTEST_MISPRINT and fuzz.partial_ratio(label, text, score_cutoff=SIMILAR) > 0
