"""What a report states about itself: title, agency, year, contact.

Owns the order of evidence: title, opening sentence, signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from extractors.document import Block, Document
from transforms.chapters.chapters import Chapter
from transforms.chapters.headings import Part
from transforms.chapters.running_text import running_text
from transforms.prose.titles import report_title

_OPENING = re.compile(
    r"(?:公布|公开|发布|编制)(?:了|《)?(?P<agency>[\u4e00-\u9fff（）]{3,40}?)\s*(?P<year>20\d\d)\s*年度?(?:的)?(?:政府|政务)?信息公开"
)
_PERIOD = re.compile(r"(?P<year>20\d\d)\s*年\s*0?1\s*月\s*0?1\s*日\s*(?:起|[至到—\-])")
_SIGNATURE_DATE = re.compile(
    r"^\s*(?:20\d\d|二[〇○零\w]{3})\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日\s*$"
)
_NAME = re.compile(r"^[\u4e00-\u9fff（）()、]{4,40}$")
_SIGNATURE_LINES = 6
_CONTACT = {
    # Up to the next comma or label, including brackets; not the address of a website.
    "contact_address": re.compile(
        r"地\s*址\s*[：:]\s*(?!https?:|www\.|[\w.%+-]+@)"
        r"((?:(?!\s*(?:邮\s*[编政]|(?:联系|办公|咨询)(?:电|人|方|时)|传真|电\s*[话子]))(?:[^；;，,。、（()）]|[（(][^（()）]*[）)])){4,60})"
    ),
    "contact_postcode": re.compile(r"邮\s*(?:政\s*编\s*码|编)\s*[：:]?\s*(\d{6})(?!\d)"),
    "contact_phone": re.compile(
        r"(?<!监督)(?<!举报)(?<!投诉)电\s*话\s*(?:[（(/、及和]\s*传\s*真\s*[）)]?)?\s*[：:]?\s*"
        r"((?:(?:0\d{2,3}\s*[-—－–]+\s*|[（(]0\d{2,3}[）)]\s*|0\d{2,3}\s+)?\d{7,8}(?:[-—转]\d{1,5})?|1\d{10})(?!\d))"
    ),
    "contact_email": re.compile(r"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})"),
    "contact_office": re.compile(
        r"请(?:直接|及时)?[与向和同]\s*([\u4e00-\u9fff（）]{4,40}?)\s*(?:(?:取得|进行)?联系|咨询|反映|[（(](?:办公|联系|通讯)?地址)"
    ),
}
# Line breaks and the spaces of justified print are not part of a Chinese address or name.
_PRINTED_SPACE = re.compile(r"(?<=[\u4e00-\u9fff\d])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=\d)")
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文)(?:日期|时间)\s*[：:]?\s*(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one report. `period` is the year that its text covers, `year` that of the title, if printed."""

    title: str
    agency: str | None
    year: int | None
    period: int | None
    published_on: date | None
    contact: Mapping[str, str]


def read_facts(document: Document, chapters: Sequence[Chapter]) -> Facts:
    """Return the facts of the only report in a document. What is not printed is None or absent, never inferred."""
    preamble = running_text(chapters[0].parts)
    title = _title(document, chapters[0].parts)
    named = report_title(title)
    opening = _OPENING.search(preamble)
    period = _PERIOD.search(preamble)
    signed = _signature(chapters[-1].parts)
    published = document.metadata.get("published_on")
    year = named.year if named else int(opening["year"]) if opening else None
    return Facts(
        title=title,
        agency=_agency(named.agency if named else "", opening["agency"] if opening else "", signed),
        year=year or (int(period["year"]) if period else None),
        period=int(period["year"]) if period else None,
        published_on=date.fromisoformat(published) if published else _labelled_date(preamble),
        contact=_contact(preamble, running_text(chapters[-1].parts if len(chapters) > 1 else ())),
    )


def _contact(preamble: str, ending: str) -> dict[str, str]:
    """Return the contact fields from above the first chapter, else from the end if it has an address or an office."""
    above, below = ({name: pattern.search(text) for name, pattern in _CONTACT.items()} for text in (preamble, ending))
    fields = above if any(above.values()) or not (below["contact_address"] or below["contact_office"]) else below
    return {name: _PRINTED_SPACE.sub("", match[1].strip()) for name, match in fields.items() if match}


def _labelled_date(preamble: str) -> date | None:
    """Return the date labelled as that of publication; None if there is none, or if it is not a valid date."""
    labelled = _PUBLISHED.search(preamble)
    try:
        return date(*map(int, labelled.groups())) if labelled else None
    except ValueError:
        return None


def _title(document: Document, preamble: Sequence[Part]) -> str:
    """Return the title that the page declares, else the first one or two lines that read as a title."""
    declared = document.metadata.get("title", "")
    if report_title(declared):
        return declared
    lines = [part.text.strip() for part in preamble if isinstance(part, Block) and part.text.strip()]
    for before, line in zip(["", *lines], lines, strict=False):
        named = report_title(line)
        if named and len(line) <= 80:
            return line if named.agency or not _NAME.match(before) else before + line
    return declared


def _agency(titled: str, opened: str, signed: str) -> str | None:
    """Return the agency on which opening sentence and signature agree, else the title's, else either of them.

    A title may have a stray word before the name, or no name; a sentence may name the office that wrote the report of
    its government.
    """
    if signed and signed == opened:
        return signed
    if titled and signed and titled.endswith(signed):
        return signed if len(titled) - len(signed) <= 2 else titled
    return titled or opened or signed or None


def _signature(ending: Sequence[Part]) -> str:
    """Return the name above the date at the end of the last chapter; empty if there is none."""
    blocks = (part.text.strip() for part in ending if isinstance(part, Block))
    lines = [text for text in blocks if text][-_SIGNATURE_LINES:]
    for name, line in pairwise(lines):
        if _SIGNATURE_DATE.match(line) and _NAME.match(name):
            return name
    return ""
