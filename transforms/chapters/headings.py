"""Lines → those that look like the heading of something: their number, their title, and text printed behind it.

Owns the shapes of headings: numbers of each style, titles over several lines, titles with their text in one paragraph,
entries of a table of contents. Which of them begin chapters is decided by `outline`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from extractors.document import Block, Grid
from transforms.chapters.wording import begins_row, is_row, official_section, section_of
from transforms.forms.labels import normalise
from transforms.jurisdictions.resolve import division_length

Part = Block | Grid


class Style(IntEnum):
    """How a heading is numbered, from the outermost style to none."""

    PART = 0
    CHAPTER = 1
    BRACKET = 2
    DIGIT = 3
    ANNEX = 4
    PLAIN = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that looks like a heading: its first part and number of parts, and what it says.

    `number` is 0 where none is printed. `rest` is the text that follows the title in the same paragraph.
    """

    place: int
    size: int
    style: Style
    number: int
    text: str
    title: str
    rest: str
    section: str | None

    @property
    def words(self) -> str:
        """The title in normal form, by which two headings are compared."""
        return normalise(self.title)


_ONES = "一二三四五六七八九十"
_STYLES = (
    (Style.PART, re.compile(rf"第\s*([{_ONES}]{{1,2}}|\d{{1,2}})\s*(?:部分|章|篇|编)[\s、，,：:.．]*")),
    (Style.CHAPTER, re.compile(rf"([{_ONES}]{{1,3}}|[壹贰叁肆伍陆柒捌玖拾])\s*[、，,.．丶﹑：:\s]\s*")),
    (Style.BRACKET, re.compile(rf"[（(﹙]\s*([{_ONES}]{{1,3}})\s*[）)﹚]\s*[、.．]?\s*")),
    (Style.DIGIT, re.compile(r"(\d{1,2})\s*[、.．\s]\s*(?!\d)")),
    (Style.ANNEX, re.compile(rf"附\s*(?:[件表录]\s*[{_ONES}\d]{{0,2}}\s*(?:[：:、.．]\s*|\s+|$)|[：:]\s*)()")),
)
_SET_APART = re.compile(r"(?:[\u4e00-\u9fff]\s+){2,}[\u4e00-\u9fff](?:\s|$)")
_BARE_NUMBER = re.compile(rf"([{_ONES}])(?=[^\s{_ONES}])")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_DECORATION = re.compile(r"^[\s#*>_`●◆◇■□▲★☆※•·]+")
_TRAILING = re.compile(r"(?:[\s*_`#：:。.．…·]|(?<=[\s.．…·])\d{1,3}(?=\s*$)|(?<=[\s.．…·])[-—–]\s*\d{1,3}\s*[-—–]$)+$")
_FIGURE = re.compile(r"\s[\d.,/—-]+$")
"""A number that is still there without that of a page."""
_LEADER = re.compile(r"(?:[.．…·]{2,}|[\t\u3000 ]{2,}|\t)\s*[-—–]?\s*\d{1,3}\s*[-—–]?\s*$")
_SENTENCE = re.compile(r"[。！？；;!?|\t]|\d{2,}\s*[件条次个份篇]")
_HAN = re.compile("[\u4e00-\u9fff]")
_CLOSED = re.compile(r"[。！？；;!?：:\d日）)]\s*$|报告\s*$|年报\s*$|\t")
_UNKNOWN_PLAIN = re.compile(r"[\u4e00-\u9fff、“”《》]{3,16}")
_BEHIND_TITLE = re.compile(r"[。：:\n]|\s+")
_DENIAL = re.compile(r"^(?:本年度?|\s)*(?:无|没有|暂无|未)")
_OPEN_END = re.compile(r"(?:[、，和与及的（(]|以及)$")
_CONTINUED = re.compile(r"^[、和与及]")
_LONGEST_TITLE = 40
_LONGEST_PLAIN = 25
_LONGEST_RUN_IN = 30
_LONGEST_SECOND_LINE = 25
_MOST_LINES = 3
_MOST_PIECES = 12
_LONGEST_PIECE = 15


def find_headings(parts: Sequence[Part]) -> list[Heading]:
    """Return every line that looks like a heading, without a table of contents."""
    found: list[Heading] = []
    lines = list(map(_line, parts))
    after = 0
    for place, line in enumerate(lines):
        heading = _heading(parts, lines, place) if line and place >= after else None
        if heading and (heading.style is not Style.PLAIN or _stands_alone(heading, parts, after)):
            found.append(heading)
            after = place + heading.size
    return _without_contents(found, parts)


def _heading(parts: Sequence[Part], lines: Sequence[str], place: int) -> Heading | None:
    """Return the heading that begins at the line of a place, if any."""
    line = lines[place]
    style, number, printed, title = _numbered(line)
    if style is Style.PLAIN and _is_sentence(title):
        return None
    size, whole = _over_lines(lines, place, style, title)
    if style is not Style.ANNEX and _is_row(parts, lines, place, printed + _TRAILING.sub("", whole)):
        return None
    if size > 1:
        text = "".join(lines[place : place + size])
        return Heading(place, size, style, number, text, whole, "", section_of(whole))
    short = _TRAILING.sub("", title)
    if _is_title(short, style):
        # 六、没有其他需要报告的事项 is a heading and all of the chapter's text.
        rest = title if _DENIAL.match(short) else ""
        return Heading(place, 1, style, number, _TRAILING.sub("", line), short, rest, section_of(short))
    return _run_in(place, style, number, printed, title)


def _stands_alone(heading: Heading, parts: Sequence[Part], after: int) -> bool:
    """Return whether a line without a number has the place of a title: it follows whole text or a heading.

    A title of the forms may stand anywhere. One that names no section must also be followed by a sentence or a table.
    """
    if heading.section and official_section(heading.title):
        return True
    before = next((at for at in range(heading.place - 1, -1, -1) if _is_printed(parts[at])), -1)
    if before >= after and not _ends(parts[before]):
        return False
    if heading.section:
        return True
    following = next((part for part in parts[heading.place + heading.size :] if _is_printed(part)), None)
    opens = isinstance(following, Grid) or (isinstance(following, Block) and "。" in following.text)
    return opens and _UNKNOWN_PLAIN.fullmatch(heading.text) is not None


def _is_printed(part: Part) -> bool:
    return isinstance(part, Grid) or bool(part.text.strip())


def _ends(part: Part) -> bool:
    """Return whether a part is a table, or a line that ends a sentence, a title or the row of a table."""
    return isinstance(part, Grid) or _CLOSED.search(part.text) is not None


def _is_row(parts: Sequence[Part], lines: Sequence[str], place: int, line: str) -> bool:
    """Return whether a line is a label of a table in running text, or the first of several that hold a piece of it."""
    if _FIGURE.search(line):
        return True
    if is_row(line):
        return lines[place] != line or not _is_between_sentences(parts, place)
    return len(line) <= _LONGEST_PIECE and begins_row("".join(lines[place : place + _MOST_PIECES]))


def _is_between_sentences(parts: Sequence[Part], place: int) -> bool:
    """Return whether a sentence or a table ends before a line, and a sentence follows: it is no cell of a table."""
    before = next((part for part in reversed(parts[:place]) if _is_printed(part)), None)
    following = next((part for part in parts[place + 1 :] if _is_printed(part)), None)
    closed = isinstance(before, Grid) or (isinstance(before, Block) and before.text.rstrip().endswith("。"))
    return closed and isinstance(following, Block) and "。" in following.text


def _line(part: Part) -> str:
    """Return the line of a part without its decoration; empty for a table."""
    return _DECORATION.sub("", part.text).rstrip() if isinstance(part, Block) else ""


def _numbered(line: str) -> tuple[Style, int, str, str]:
    """Return style, number, what is printed of the number, and the rest of a line.

    >>> _numbered("（三）依申请公开")[2:], _numbered("其他事项")[2:]
    (('（三）', '依申请公开'), ('', '其他事项'))
    """
    for style, pattern in _STYLES:
        match = pattern.match(line)
        if match and not _is_set_apart(line, match):
            return style, _value(match[1]), match[0], line[match.end() :]
    bare = _BARE_NUMBER.match(line)
    if bare and official_section(_TRAILING.sub("", line[bare.end() :])):
        return Style.CHAPTER, _value(bare[1]), bare[0], line[bare.end() :]
    return Style.PLAIN, 0, "", line


def _is_set_apart(line: str, number: re.Match[str]) -> bool:
    """Return whether a numeral is the first sign of a name of which signs are set apart: 四 川 省, 三　明市."""
    rest = line[number.end() :]
    if number[0].strip() != number[1] or section_of("".join(rest.split())):
        return False
    return _SET_APART.match(rest) is not None or division_length("".join(line.split())) > 0


def _value(number: str) -> int:
    """Return a number in figures.

    >>> [_value(number) for number in ("三", "十", "十二", "二十", "7", "")]
    [3, 10, 12, 20, 7, 0]
    """
    number = number.translate(_FORMAL)
    if not number or number.isdigit():
        return int(number or 0)
    tens, ten, ones = number.partition("十")
    return (_digit(tens) or 1) * 10 + _digit(ones) if ten else _digit(number)


def _digit(character: str) -> int:
    return _ONES.find(character) + 1 if character else 0


def _is_title(title: str, style: Style) -> bool:
    """Return whether some words can be a title, and not a sentence or the row of a table."""
    if style is Style.PLAIN:
        plain = 2 <= len(title) <= _LONGEST_PLAIN and not re.search(r"[，,：:]|\d$", title)
        return plain and not _SENTENCE.search(title) and not _DENIAL.match(title)
    return len(title) <= _LONGEST_TITLE and not _SENTENCE.search(title) and not title.endswith(("，", ","))


def _is_sentence(line: str) -> bool:
    """Return whether a line has the mark of a sentence at its end, or words behind such a mark."""
    mark = _SENTENCE.search(line)
    return mark is not None and (line.endswith("。") or _HAN.search(line, mark.end()) is not None)


def _over_lines(lines: Sequence[str], place: int, style: Style, title: str) -> tuple[int, str]:
    """Return how many lines a title fills, and its words.

    The next line belongs to it if the title is empty or plainly unfinished, or if both are one of the forms' titles.
    """
    whole = title
    for size in range(1, _MOST_LINES):
        following = "".join(lines[place + size : place + size + 1])
        fits = 0 < len(following) <= _LONGEST_SECOND_LINE and _numbered(following)[0] is Style.PLAIN
        if not fits or _SENTENCE.search(whole + following) or len(whole + following) > _LONGEST_TITLE:
            return size, whole
        numbered = style in (Style.PART, Style.CHAPTER, Style.BRACKET, Style.DIGIT)
        unfinished = numbered and (not whole or _OPEN_END.search(whole) or _CONTINUED.match(following))
        official = section_of(whole + following) and _is_official(whole + following) and not _is_official(whole)
        if not (unfinished or official):
            return size, whole
        whole += following
    return _MOST_LINES, whole


def _is_official(title: str) -> bool:
    return official_section(_TRAILING.sub("", title)) is not None


def _run_in(place: int, style: Style, number: int, printed: str, line: str) -> Heading | None:
    """Return a numbered heading with its text in the same paragraph: 一、概述。2012年，…."""
    if style in (Style.PLAIN, Style.ANNEX) or "\t" in line:
        return None
    cuts = [cut for cut in _BEHIND_TITLE.finditer(line) if 2 <= cut.start() <= _LONGEST_RUN_IN]
    known = next((cut for cut in cuts if section_of(line[: cut.start()])), None)
    cut = known or next((cut for cut in cuts if not cut[0].isspace() or "\n" in cut[0]), None)
    title = line[: cut.start()] if cut else ""
    if cut is None or not line[cut.end() :].strip() or _SENTENCE.search(title) or (not known and "，" in title):
        return None
    return Heading(place, 1, style, number, printed + title, title, line[cut.end() :], section_of(title))


def _without_contents(headings: Sequence[Heading], parts: Sequence[Part]) -> list[Heading]:
    """Return the headings without those of a table of contents: several on end, whose first one begins again."""
    kept: list[Heading] = []
    at = 0
    while at < len(headings):
        again = next(_repeated(headings, at), None)
        if again and again - at >= 3 and _adjoin(headings[at:again], parts):
            at = again
        else:
            kept.append(headings[at])
            at += 1
    return kept


def _repeated(headings: Sequence[Heading], at: int) -> Iterator[int]:
    """Yield the later headings with the words and the style of one."""
    own = headings[at]
    for later in range(at + 1, len(headings)):
        if headings[later].style is own.style and headings[later].words == own.words:
            yield later


def _adjoin(headings: Sequence[Heading], parts: Sequence[Part]) -> bool:
    """Return whether nothing but entries of a table of contents is printed between some headings."""
    places = range(headings[0].place, headings[-1].place + headings[-1].size)
    taken = {place for heading in headings for place in range(heading.place, heading.place + heading.size)}
    between = [parts[place] for place in places if place not in taken]
    return not any(heading.rest for heading in headings) and all(map(_is_entry, between))


def _is_entry(part: Part) -> bool:
    """Return whether a part is blank, a page number, or a line that leads to one."""
    return isinstance(part, Block) and (
        part.text.strip(" -—–\u3000").isdigit() or not part.text.strip() or bool(_LEADER.search(part.text))
    )
