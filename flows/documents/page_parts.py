"""Which parts of a page count: the files that it links to or contains, and the pictures that it shows.

Owns the rules that crawling, ingesting, extracting and reprocessing share. Pure: the callers fetch and read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.html.page_parts import PageParts
from flows.documents.capture import FILES, Capture
from flows.documents.joined_page import PageFile
from flows.documents.parse import ParseResult
from transforms.parser_version import parser_version

if TYPE_CHECKING:
    from flows.ledger.records import PartsOfPage

MOST_PARTS = 40
"""Files or pictures of one page that are fetched; a page with more is a list of other things, not a report."""


@dataclass(frozen=True, slots=True)
class ReadCapture:
    """A capture and what a reader made of it."""

    capture: Capture
    result: ParseResult


def files_of(parts: PageParts, portal: str) -> dict[str, str]:
    """Return the title of each file that belongs to a page, by its URL.

    The files that a page on disk links to are no parts of it: they are read by themselves where they are given.
    """
    return {} if portal == FILES else {file.url: file.title for file in parts.attachments}


def parts_of(capture: Capture, portal: str) -> PartsOfPage:
    """Return the URLs of the files and pictures that belong to a page of a portal, as today's parser finds them."""
    from flows.ledger.records import PartsOfPage  # it imports the web, which `nianbao extract` does without

    files = files_of(capture.parts, portal)
    return PartsOfPage(capture.url, capture.sha256, parser_version(), [*files], [*capture.parts.pictures])


def lacks_parts(alone: ParseResult, documents: Iterable[ParseResult]) -> bool:
    """Return whether the page's text, or a table of it, is in no document by itself.

    `alone` is the page without its parts, `documents` are the files of the page, each read by itself.
    """
    complete = {report.identity for result in documents for report in result.reports if report.names_itself}
    if not alone.reports:
        return not complete
    return any(report.lacks_table and report.identity not in complete for report in alone.reports)


def is_read_joined(parts: PageParts) -> bool:
    """Return whether a page shows pictures, be they outside its own bytes or inside, or contains files itself."""
    return bool(parts.pictures) or parts.inline_pictures or parts.embedded_files


def unread_files(documents: Sequence[ReadCapture], titles: Mapping[str, str]) -> list[tuple[Capture, PageFile]]:
    """Return the files of a page that are no reports by themselves, to be read with the page."""
    unread = [document.capture for document in documents if not is_apart(document.result)]
    return [(capture, _page_file(capture, titles[capture.url])) for capture in unread]


def is_apart(file: ParseResult) -> bool:
    """Return whether a file of a page is a report by itself, and says whose."""
    return any(report.names_itself for report in file.reports)


def picture_files(pictures: Sequence[Capture]) -> list[tuple[Capture, PageFile]]:
    """Return the pictures of a page, to be read with the page."""
    return [(capture, _page_file(capture, "", picture=True)) for capture in pictures]


def _page_file(capture: Capture, title: str, *, picture: bool = False) -> PageFile:
    return PageFile(capture.url, capture.body, capture.content_type, title, picture, capture.media_type)


def better_of(alone: ParseResult, joined: ParseResult) -> ParseResult:
    """Return the page read with its parts; the page alone if only that is a report."""
    return alone if alone.reports and not joined.reports else joined
