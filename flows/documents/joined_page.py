"""A page and the files that it shows or links to → the readings of one report.

Owns which of them belong to that report, and what is recorded of those that do not. The page is parsed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, combinations

from extractors.document import Document, Unreadable
from extractors.html.embedded.files import find_embedded_files
from extractors.html.tree import Element, parse
from extractors.page_with_pictures import read_with_pictures
from extractors.reader import read_documents, read_page
from transforms.forms.layout import Key
from transforms.report import Context, NotAReport, interpret
from transforms.rows import numbers_of
from transforms.same_report import Claim, claim_of, contradiction, first_of_each_file
from transforms.tables.document_view import DocumentView
from transforms.tables.match import match


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that a page shows as a picture, or links to with the words of `title`."""

    url: str
    body: bytes
    content_type: str | None
    title: str
    picture: bool
    media_type: str | None = None

    def __str__(self) -> str:
        return f"{self.url} (SHA-256 {hashlib.sha256(self.body).hexdigest()})"


@dataclass(frozen=True, slots=True)
class JoinedPage:
    """The readings of a page with its parts; `read` names the parts in order, `unread` the reasons of the others."""

    documents: Iterator[Document]
    read: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page by itself: its tree and its text, None if it has none, and why it is no report; empty if it is one."""

    tree: Element | None
    document: Document | None
    refusal: str


@dataclass(frozen=True, slots=True)
class _PartReading:
    """The first and the further readings of a part, or of a page with its pictures; none if there is a `reason`."""

    names: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    further: Iterable[Document] = ()
    reason: str = ""


def join_parts(
    body: bytes, content_type: str | None, url: str, parts: Sequence[PageFile], context: Context
) -> JoinedPage:
    """Return the readings of the page at `url` with its parts: its own text first, if that is a report.

    A part that names another agency or year than the page is left out. Raise Unreadable if nothing can be read.
    """
    page = _read_page(body, content_type, context)
    pictures = _read_pictures(page, url, [part for part in parts if part.picture])
    known = [claim_of(document) for document in (page.document, *pictures.documents) if document]
    files = (_read_file(part, known) for part in parts if not part.picture)
    read = [pictures, *_read_embedded(page, url, known, context.year), *files]
    unread = tuple(dict.fromkeys(part.reason for part in read if part.reason))
    if page.refusal and not any(part.documents for part in read):
        raise Unreadable(f"{page.refusal}; {'; '.join(unread[:3]) or 'it has no parts'}")
    own = [page.document] if page.document and not page.refusal else []
    heads = [document for part in read[1:] for document in part.documents]
    further = chain.from_iterable(part.further for part in read)
    stated = page.document.metadata if page.document else {}
    documents = chain(own, pictures.documents, _with_metadata(chain(heads, further), stated))
    return JoinedPage(documents, tuple(name for part in read for name in part.names), unread)


def _read_page(body: bytes, content_type: str | None, context: Context) -> _Page:
    tree = document = None
    try:
        tree = parse(body, content_type)
        document = read_page(tree)
        interpret(iter([document]), context)
    except (Unreadable, NotAReport) as error:
        return _Page(tree, document, str(error))
    return _Page(tree, document, "")


def _read_pictures(page: _Page, url: str, pictures: Sequence[PageFile]) -> _PartReading:
    """Return the page with what its pictures show; nothing if it has none."""
    if page.tree is None:
        return _PartReading()
    try:
        document = read_with_pictures(page.tree, url, {part.url: part.body for part in pictures})
    except Unreadable as error:
        return _PartReading(reason=str(error))
    return _PartReading(tuple(map(str, pictures)), (document,)) if document else _PartReading()


def _read_embedded(page: _Page, url: str, known: Sequence[Claim], year: int | None) -> Iterator[_PartReading]:
    """Yield what is read of each file that a page contains itself, under the page's URL and its name there."""
    read: list[tuple[PageFile, _PartReading]] = []
    for file in find_embedded_files(page.tree) if page.tree is not None else ():
        part = PageFile(f"{url}#{file.name}", file.body, None, file.title, picture=False)
        broken = _PartReading(reason=f"{part.url}: {file.reason}") if file.reason else None
        read.append((part, broken or _read_file(part, known)))
    doubt = _differing([part for part, reading in read if reading.documents], year)
    for _, reading in read:
        yield _PartReading(reason=reading.reason or doubt) if doubt else reading


def _differing(files: Sequence[PageFile], year: int | None) -> str:
    """Return which two files print the same figures differently, in one line; empty if none do.

    Nothing tells which of them the page shows.
    """
    figures = [(file.url, _figures(file, year)) for file in files] if len(files) > 1 else []
    for (one, printed), (other, others) in combinations(figures, 2):
        if any(number != others[key] for key, number in printed.items() if key in others):
            return f"{one} and {other} print different figures, and nothing tells which are this report's"
    return ""


def _figures(file: PageFile, year: int | None) -> dict[tuple[str, Key], Decimal]:
    """Return the numbers that a file prints, by table and key."""
    numbers = numbers_of(match(map(DocumentView, read_documents(file.body, None)), year).readings)
    return {
        (table, key): number for table, found in numbers.items() for key, number in found.items() if number is not None
    }


def _read_file(part: PageFile, known: Sequence[Claim]) -> _PartReading:
    """Return the readings of a file; the reason if it cannot be read or contradicts what is `known` of the report."""
    try:
        heads, documents = first_of_each_file(read_documents(part.body, part.content_type, part.media_type))
    except Unreadable as error:
        return _PartReading(reason=f"{part.url}: {error}")
    claims = [replace(claim_of(head, part.title), source=part.url) for head in heads]
    other = contradiction([*known, *claims])
    if other:
        return _PartReading(reason=other)
    named = (replace(document, source=part.url) for document in documents)
    return _PartReading((str(part),), (next(named),), named)


def _with_metadata(documents: Iterator[Document], metadata: Mapping[str, str]) -> Iterator[Document]:
    """Yield the documents with what their page states if they state nothing themselves."""
    return (replace(document, metadata={**metadata, **document.metadata}) for document in documents)
