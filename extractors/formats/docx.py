"""Word files (DOCX): paragraphs and tables in reading order.

Owns which part of the file is the document, and its title; `word_tree` reads the tree itself. Headers, footers and the
numbers of lists are left out.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice

from extractors.document import Block, Document, Grid, Unreadable
from extractors.html.tree import squeeze
from extractors.office.word_tree import Element, W, WordPart, parts_of
from extractors.page_numbers import is_page_number
from extractors.zip_container import open_package, read_tree

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})

_RELATIONSHIPS = "_rels/.rels"
_CORE_PROPERTIES = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# ISO/IEC 29500 Strict, an option of Word, has the same elements under another name.
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_SHORTEST_TITLE = 6
_OPENING_LINES = 20


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Yield the one reading of a Word file: blocks and grids in reading order.

    `metadata` holds the `title` of the file's properties where the document prints it, too: templates and copies of
    last year's file carry others. Raises Unreadable for a file that is damaged or holds no text.
    """
    with open_package(body) as package:
        root = read_tree(package, _main_part(package))
        title = _title(package)
    parts = tuple(_numbered(parts_of(_transitional(root))))
    if not any(isinstance(part, Grid) or part.text.strip() for part in parts):
        raise Unreadable("the Word file holds no text (pictures of pages?)")
    yield Document(_MEDIA_TYPE, "document_grid", parts, {"title": title} if _is_printed(title, parts) else {})


def _main_part(package: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the document itself."""
    for relationship in read_tree(package, _RELATIONSHIPS):
        if relationship.get("Type", "").endswith("/officeDocument"):
            return relationship.get("Target", "").lstrip("/")
    raise Unreadable("the Word file is damaged: it does not say which part is the document")


def _transitional(root: Element) -> Element:
    """Return the same tree, with the names of the usual variant of the format."""
    if root.tag == _STRICT + "document":
        for element in root.iter(_STRICT + "*"):
            element.tag = element.tag.replace(_STRICT, W)
            for name in [name for name in element.attrib if str(name).startswith(_STRICT)]:
                element.set(str(name).replace(_STRICT, W), element.attrib.pop(name))
    return root


def _numbered(found: Iterator[WordPart]) -> Iterator[Block | Grid]:
    number = 0
    for part in found:
        if not isinstance(part, str):
            yield Grid(number, part)
            number += 1
        elif not is_page_number(part):
            yield Block(part)


def _title(package: zipfile.ZipFile) -> str:
    """Return the title of the file's properties; empty if it has none."""
    if _CORE_PROPERTIES not in package.namelist():
        return ""
    return squeeze(read_tree(package, _CORE_PROPERTIES).findtext(_TITLE) or "")


def _is_printed(title: str, parts: Sequence[Block | Grid]) -> bool:
    """Return whether the first lines of a document, which may break its title, say the same."""
    lines = islice((part.text for part in parts if isinstance(part, Block)), _OPENING_LINES)
    return len(title) >= _SHORTEST_TITLE and _joined(title) in _joined("".join(lines))


def _joined(text: str) -> str:
    return "".join(text.split())
