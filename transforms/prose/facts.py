"""What a report states about itself: title, agency, year, contact.

Owns where in a document each of them may stand; `identity` decides between what these places say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from extractors.document import Block, Document, Grid
from transforms.chapters.chapters import Chapter
from transforms.chapters.headings import Part
from transforms.chapters.running_text import running_text
from transforms.prose.identity import Witness, decide
from transforms.prose.mentions import opening_of, own_year, page_sources, signature_of
from transforms.prose.title_lines import Title, find_title
from transforms.prose.titles import is_agency, may_be_title_line, named_report, names_school_year

_PERIOD = re.compile(
    r"(?P<year>20\d\d)\s*年\s*0?1\s*月\s*0?1\s*日\s*(?:起|[至到—\-－–])"
    r"|(?:截至|截止)(?:到|至)?\s*(?P<end>20\d\d)\s*年\s*12\s*月\s*31\s*日"
)
_SCHOOL_YEAR = re.compile(
    r"20\d\d\s*年\s*0?9\s*月\s*0?1\s*日\s*(?:起)?\s*[至到—\-－–]+\s*20\d\d\s*年\s*0?8\s*月\s*31\s*日"
)
_TITLE_LINES = 60
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
    """The facts of one report, with what each place in it says of agency and year.

    `period` is the year that its text covers. `school_year`: it reports by school year, not by calendar year.
    """

    title: str
    agency: str | None
    year: int | None
    period: int | None
    published_on: date | None
    contact: Mapping[str, str]
    witnesses: tuple[Witness, ...]
    school_year: bool


def read_facts(document: Document, chapters: Sequence[Chapter]) -> Facts:
    """Return the facts of the only report in a document. What is not printed is None or absent, never inferred."""
    preamble, ending = chapters[0].parts, chapters[-1].parts
    above = running_text(preamble)
    lines = _lines(preamble)[:_TITLE_LINES]
    declared, printed = find_title([document.metadata.get("title", "")]), _printed_title(lines, preamble)
    contact = _contact(above, running_text(ending if len(chapters) > 1 else ()))
    period = _period(above)
    below = lines[printed.last + 1 :] if printed else [line for line in lines if not _names_report(line)]
    opening = running_text(map(Block, below))
    witnesses = (
        *_titles(declared, printed),
        *_in_text(opening, chapters, period),
        *_around(document, lines, contact),
    )
    identity = decide(witnesses)
    published = document.metadata.get("published_on")
    return Facts(
        title=_title(document.metadata.get("title", ""), declared, printed),
        agency=identity.agency,
        year=identity.year,
        period=period,
        published_on=date.fromisoformat(published) if published else _labelled_date(above),
        contact=contact,
        witnesses=witnesses,
        school_year=_is_of_school_year(document.metadata.get("title", ""), lines, above),
    )


def _titles(declared: Title | None, printed: Title | None) -> list[Witness]:
    """Return what the title of the page and the printed one say; an agency on a line of its own weighs less."""
    witnesses = [Witness("declared_title", declared.agency, declared.year)] if declared else []
    if printed and printed.beside:
        return [*witnesses, Witness("title", year=printed.year), Witness("beside_title", printed.agency)]
    return [*witnesses, Witness("title", printed.agency, printed.year)] if printed else witnesses


def _names_report(line: str) -> bool:
    return may_be_title_line(line) and named_report(line) is not None


def _title(page: str, declared: Title | None, printed: Title | None) -> str:
    """Return the title that the page declares, if it names agency or year, else the printed one."""
    known = [title for title in (declared, printed) if title]
    return max(known, key=lambda title: title.worth).text if known else page


def _printed_title(lines: Sequence[str], preamble: Sequence[Part]) -> Title | None:
    """Return the title among the lines above the first chapter, else in a cell of a table there."""
    cells = (cell.text for part in preamble if isinstance(part, Grid) for cell in part.cells)
    return find_title(lines) or next(filter(None, (find_title([text]) for text in cells)), None)


def _in_text(opening: str, chapters: Sequence[Chapter], period: int | None) -> list[Witness]:
    """Return what the sentences below the title, the first chapter and the signature say."""
    told, signed = opening_of(opening), signature_of(_lines(chapters[-1].parts))
    first = running_text(next((chapter.parts for chapter in chapters[1:]), ()))
    return [
        Witness("opening", told.agency, told.year),
        Witness("period", year=period),
        Witness("signature", signed.agency, signed.year),
        Witness("text", year=own_year(opening) or own_year(first)),
    ]


def _around(document: Document, lines: Sequence[str], contact: Mapping[str, str]) -> list[Witness]:
    """Return what stands around the report: whom to ask, the source that the page names, and whose site it is."""
    site = document.metadata.get("site", "") or document.metadata.get("title", "")
    source, owner = page_sources(lines, site)
    stated = document.metadata.get("agency", "")
    return [
        Witness("contact", contact.get("contact_office", "")),
        Witness("page_source", stated if is_agency(stated) else source),
        Witness("site", owner),
    ]


def _is_of_school_year(declared: str, lines: Sequence[str], above: str) -> bool:
    pairs = (before + line for before, line in pairwise(["", *lines]) if may_be_title_line(line))
    titled = any(names_school_year(text) for text in (declared, *pairs))
    return titled or _SCHOOL_YEAR.search(above) is not None


def _period(above: str) -> int | None:
    found = _PERIOD.search(above)
    return int(found["year"] or found["end"]) if found else None


def _lines(parts: Sequence[Part]) -> list[str]:
    return [line for part in parts if isinstance(part, Block) for line in part.text.split("\n") if line.strip()]


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
