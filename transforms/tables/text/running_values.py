"""A line of running text → where its values stand, each with all marks that touch it.

Owns what tells a value from words where no cell has borders, and which signs beside a number make it none. A value
with a mark is one stretch of text, so that whoever parses it sees both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.document import ILLEGIBLE
from transforms.forms.values import DIGITS, SIGN, UNIT, folded, parse_value

Span = tuple[int, int]

# Numbers in circles and brackets, raised and lowered ones, fractions: word characters for `re`, but no digits.
_NUMERALS = "²³¹¼-¾⁰-₟⅐-↋①-⓿❶-➓㈠-㈩㉈-㉏㉑-㉟㊀-㊉㊱-㊿"
_WORD = rf"(?![{_NUMERALS}_])\w"
# Signs that are no part of a label, a sentence or a frame.
_MARK = rf"(?:[^\w\s，。、；：,.;:!?(){{}}\[\]“”‘’「」『』《》〈〉【】\"'|｜\u2500-\u259f]|[{_NUMERALS}_])"
_ABOUT = "(?:大约|约|近|超过|超|逾|不足)"
_MORE_OR_LESS = rf"(?:余|多|左右|上下|以[上下内])(?!{_WORD})"
# A remark in brackets; the numbering of the next label is none.
_REMARK = rf"\((?![一二三四五六七八九十]{{1,3}}\)|\d{{1,2}}\)\s*{_WORD})[^()\n]{{1,10}}\)"

# A number in running text is neither the numbering of a label (1. 2、) nor part of words (2020年, 计1条）) or of a
# sentence (106件，). Its sign touches it: in "- 3" the dash is a separate cell.
_BEFORE = r"(?<![\d.,A-Za-z_])(?:(?<!计)|(?<=[总合共小]计)|(?<=[总合共小]\s计))"
_NUMBERING = r"[\d,]*[.、)]\s*(?:[^\d\s]|$)"
_AFTER = rf"(?:(?=[ ]?{_MORE_OR_LESS})|[ ]?{UNIT}(?!{_WORD}|[),。；])|(?!{_WORD}|[.,)。；]))"
_VALUE = re.compile(
    rf"{_BEFORE}{SIGN}{DIGITS}(?!{_NUMBERING}){_AFTER}" + rf"|(?<!\S)(?:/|[-—―─]{{1,2}}|空|{ILLEGIBLE}+)(?!\S)"
)
_TOUCHING_BEFORE = re.compile(rf"(?:{_MARK}|[({{\[“‘「『《〈【]|{_ABOUT}[ ]?)+$")
_APART_BEFORE = re.compile(rf"(?<!\S){_MARK}+[ ]+$")
_TOUCHING_AFTER = re.compile(rf"(?:{_MARK}|[\]}}”’」』》〉】\"':?!]|[ ]?{_REMARK}|[ ]?{_MORE_OR_LESS})+")
_NUMERALS_ALONE = re.compile(r"\s*[〇零一二两三四五六七八九十百千万]{1,8}\s*")
_LONE = re.compile(rf"(?<!\S)(?:{_MARK}|[?!])+(?!\S)")
_ALMOST_A_NUMBER = re.compile(
    rf"\s*(?:{_ABOUT}|共计?)?\s*{SIGN}\s*[\d.,]*\d(?![年月日号、.\d]|其他)[^\d\s()]{{0,2}}\s*(?:\([^()]{{1,12}}\))?\s*"
)


def value_spans(text: str) -> list[Span]:
    """Return where the values of a text stand, with the marks that touch them and those between them on a line.

    `text` is one to which `folded` was applied.

    >>> line = "行政许可 3 ≈4 5% 6(注1) ① 0(二)部分公开"
    >>> [line[start:end] for start, end in value_spans(line)]
    ['3', '≈4', '5%', '6(注1)', '①', '0']
    """
    spans: list[Span] = []
    for match in _VALUE.finditer(text):
        start, end = _touched(text, *match.span())
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return sorted([*_with_marks_apart(text, spans), *_lone_marks(text, spans)])


def _touched(text: str, start: int, end: int) -> Span:
    """Return the span of a value with the marks around it."""
    before = _TOUCHING_BEFORE.search(text, max(start - 8, 0), start)
    after = _TOUCHING_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after else end


def _with_marks_apart(text: str, values: Sequence[Span]) -> Iterator[Span]:
    """Yield the values, each with the mark that stands between it and the words before it: ≤ 5."""
    last = 0
    for start, end in values:
        first = max(last, text.rfind("\n", 0, start) + 1)
        mark = _APART_BEFORE.search(text, first, start)
        words = _LONE.sub("", text[first : mark.start()]).strip() if mark else ""
        yield (mark.start() if mark and words else start), end
        last = end


def _lone_marks(text: str, values: Sequence[Span]) -> Iterator[Span]:
    """Yield the marks that stand alone before, between or after the values of a line: each may be a cell's."""
    for line in re.finditer(r"[^\n]+", text):
        own = [span for span in values if line.start() <= span[0] < line.end()]
        bounds = [line.start(), *(place for span in own for place in span), line.end()]
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            marks = [mark.span() for mark in _LONE.finditer(text, start, end)] if own else []
            if marks and not _LONE.sub("", text[start:end]).strip():
                yield from marks


def is_sign(text: str) -> bool:
    """Return whether a text is nothing but signs that are no part of a sentence or a frame.

    >>> [text for text in ("①", "※", "3", "（注）", "│", "。") if is_sign(text)]
    ['①', '※']
    """
    return _LONE.fullmatch(text.strip()) is not None


def is_almost_a_number(text: str) -> bool:
    """Return whether the words of a cell are a number and little else, which no label is.

    >>> texts = "3户 约3 共3 3（注1） 3 1.属于国家秘密 2023年".split()
    >>> [text for text in texts if is_almost_a_number(text)]
    ['3户', '约3', '共3', '3（注1）']
    """
    return parse_value(text).state == "unreadable" and _ALMOST_A_NUMBER.fullmatch(folded(text)) is not None


def is_numeral(text: str) -> bool:
    """Return whether a cell holds nothing but a number in characters.

    >>> [text for text in ("二", "一七二〇", "十", "二、", "一百零五人") if is_numeral(text)]
    ['二', '一七二〇', '十']
    """
    return _NUMERALS_ALONE.fullmatch(text) is not None
