"""A page and the files that it shows or links to → the readings of one report.

Owns which of them are read as one, and what is said of those that are not. Must not fetch, nor decide which page
needs its parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from extractors.document import Document, Unreadable
from extractors.html.pictures import page_pictures
from extractors.page_with_pictures import read_with_pictures
from extractors.reader import read_documents
from transforms.report import Context, NotAReport, interpret
from transforms.same_report import Claim, claim_of, contradiction


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that a page shows as a picture, or else links to by the words of `title`."""

    url: str
    body: bytes
    content_type: str | None
    title: str
    picture: bool

    def __str__(self) -> str:
        return f"{self.url} (SHA-256 {hashlib.sha256(self.body).hexdigest()})"


@dataclass(slots=True)
class JoinedPage:
    """The readings of a page with its parts; `read` names the parts in order, `unread` those left out, with reasons."""

    documents: Iterator[Document]
    read: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def join_parts(
    body: bytes, content_type: str | None, url: str, parts: Sequence[PageFile], context: Context
) -> JoinedPage:
    """The readings of the page at `url` with its parts: its own text first, where that makes a report.

    A part that names another agency or year than the page is left out. Raises Unreadable where nothing can be read.
    """
    page, refusal = _page(body, content_type, context)
    joined = JoinedPage(iter(()))
    own = [page] if page and not refusal else []
    with_pictures = _with_pictures(body, url, [part for part in parts if part.picture], joined)
    known = [claim_of(document) for document in (page, *with_pictures) if document]
    files = [part for part in parts if not part.picture]
    read = [reading for part in files if (reading := _read(part, known, joined))]
    heads, further = [head for head, _ in read], [documents for _, documents in read]
    stated = page.metadata if page else {}
    joined.documents = chain(own, with_pictures, _stating(chain(heads, *further), stated))
    if not (own or with_pictures or heads):
        raise Unreadable(f"{refusal}; {'; '.join(joined.unread[:3]) or 'it has no parts'}")
    return joined


def _page(body: bytes, content_type: str | None, context: Context) -> tuple[Document | None, str]:
    """The page alone, None where it shows no text, and why it makes no report by itself; empty where it does."""
    page = None
    try:
        page = next(read_documents(body, content_type))
        interpret(iter([page]), context)
    except (Unreadable, NotAReport) as error:
        return page, str(error)
    return page, ""


def _with_pictures(body: bytes, url: str, pictures: Sequence[PageFile], joined: JoinedPage) -> list[Document]:
    """The page with what its pictures show, none where it has none that can be read."""
    if not page_pictures(body, url):
        return []
    try:
        document = read_with_pictures(body, url, {part.url: part.body for part in pictures})
    except Unreadable as error:
        joined.unread.append(str(error))
        return []
    joined.read += map(str, pictures)
    return [document]


def _read(part: PageFile, known: Sequence[Claim], joined: JoinedPage) -> tuple[Document, Iterator[Document]] | None:
    """The first and the further readings of a file; None where it cannot be read or tells another report."""
    documents = read_documents(part.body, part.content_type)
    try:
        head = next(documents)
    except Unreadable as error:
        joined.unread.append(f"{part.url}: {error}")
        return None
    other = contradiction([*known, replace(claim_of(head, part.title), source=part.url)])
    if other:
        joined.unread.append(other)
        return None
    joined.read.append(str(part))
    return head, documents


def _stating(documents: Iterator[Document], metadata: Mapping[str, str]) -> Iterator[Document]:
    """The documents with what their page states where they state nothing themselves."""
    return (replace(document, metadata={**metadata, **document.metadata}) for document in documents)
