"""The files and pictures of a page that may contain what its own text does not.

Owns the list of them for one page. Which of them are fetched and read is decided by `flows`.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.document import Unreadable
from extractors.encoding import charset_of
from extractors.html.attachments import Attachment, find_attachments
from extractors.html.embedded.files import find_embedded_files
from extractors.html.pictures import INLINE, find_pictures
from extractors.html.tree import Element, parse
from extractors.html.written_markup import with_written_markup


@dataclass(frozen=True, slots=True)
class PageParts:
    """The files that a page links to or shows, and the addresses of the pictures in its article, each once.

    `inline_pictures`: the article also shows pictures that the page contains itself, as `data:` URLs.
    `embedded_files`: the page also contains files itself.
    """

    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[str, ...] = ()
    inline_pictures: bool = False
    embedded_files: bool = False


def find_parts(tree: Element, url: str, charset: str = "utf-8") -> PageParts:
    """Return the parts of the page at `url`; those inside it alone if its scripts write markup that nests too deep."""
    embedded = any(find_embedded_files(tree))
    try:
        whole = with_written_markup(tree)
    except Unreadable:
        return PageParts(embedded_files=embedded)
    addresses = list(dict.fromkeys(address for _, address in find_pictures(whole, url)))
    outside = tuple(address for address in addresses if not address.startswith(INLINE))
    files = tuple(find_attachments(whole, url, charset))
    return PageParts(files, outside, len(outside) < len(addresses), embedded)


def read_parts(body: bytes, content_type: str | None, url: str) -> PageParts:
    """Return the parts of the page at `url`; none if it cannot be parsed whole."""
    try:
        return find_parts(parse(body, content_type), url, charset_of(body, content_type))
    except Unreadable:
        return PageParts()
