"""Small Word files, zip containers, and damage done to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from docx.oxml.ns import nsdecls

from extractors.document import Document, Grid

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = "word/document.xml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    f'Target="{MAIN}"/></Relationships>'
)


def pack(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word_file(body: str, title: str = "") -> bytes:
    """Make a Word file with the given content of its body."""
    spaces = nsdecls("w", "wp", "m") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    core = f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></p>'
    return pack(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONSHIPS,
            MAIN: f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
            "docProps/core.xml": core,
        }
    )


def changed(body: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Change each member of a container by its name and bytes."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return pack({name: change(name, archive.read(name)) for name in archive.namelist()})


def overwritten(body: bytes, at: int, value: int) -> bytes:
    """Change one byte."""
    return body[:at] + bytes([value]) + body[at + 1 :]


def shown(document: Document) -> list[str | list[list[str]]]:
    """Return the parts of a document: lines as text, grids by rows, a spanning cell at every place it covers."""
    return [
        [[cell.text if cell else "?" for cell in row] for row in part.matrix()] if isinstance(part, Grid) else part.text
        for part in document.parts
    ]
