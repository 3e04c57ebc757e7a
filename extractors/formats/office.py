"""Old office files (DOC, WPS, XLS, ET, RTF): read as the Word or Excel files that LibreOffice converts them to.

Owns telling OLE files apart by the streams in them. `libreoffice` runs the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from extractors.document import Document, Unreadable
from extractors.formats import docx, xlsx
from extractors.office.libreoffice import convert

_OLE, _RTF = "application/x-ole-storage", "application/rtf"
MEDIA_TYPES = frozenset({_OLE, _RTF})

_READERS = {"docx": docx.read, "xlsx": xlsx.read}
# Stream → media type, ending and what it is converted to.
_WORD = ("application/msword", "doc", "docx")
_EXCEL = ("application/vnd.ms-excel", "xls", "xlsx")
_KINDS = {"WordDocument": _WORD, "Workbook": _EXCEL, "Book": _EXCEL}
_WPS = (_OLE, "wps", "docx")
_REFUSED = {
    "EncryptedPackage": "the office file is protected by a password: ask for a file without one",
    "PowerPoint Document": "the office file is a presentation, for which there is no reader",
}
_EMBEDDED = "MBD"
"""Begins the storages of what is embedded in an Excel file; Word puts them into one that is named ObjectPool."""


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """Yield the readings of the Word or Excel file that LibreOffice makes of this one.

    Raises Unreadable for a file that is damaged or protected, and where LibreOffice is missing.
    """
    media_type, suffix, target = ("application/rtf", "rtf", "docx") if body.startswith(b"{\\rtf") else _kind(body)
    for document in _READERS[target](convert(body, suffix, target), content_type):
        yield replace(document, media_type=media_type)


def _kind(body: bytes) -> tuple[str, str, str]:
    """Return what an OLE file is; one whose streams say nothing is left for LibreOffice to find out as a WPS file."""
    for stream, reason in _REFUSED.items():
        if any(_entries(body, stream)):
            raise Unreadable(reason)
    found = [kind for stream, kind in _KINDS.items() if any(_entries(body, stream))]
    if _WORD in found and _EXCEL in found:
        return _EXCEL if any(_entries(body, _EMBEDDED, whole=False)) else _WORD
    return found[0] if found else _WPS


def _entries(body: bytes, name: str, *, whole: bool = True) -> Iterator[int]:
    """Yield places of the directory entries with a name, or with one that begins so ([MS-CFB] 2.6.1).

    An entry has 128 bytes and stands at a multiple of that. The length of its name is given at 64, in bytes, with the
    zero that ends it.
    """
    encoded = name.encode("utf-16-le")
    at = body.find(encoded)
    while at >= 0:
        length = int.from_bytes(body[at + 64 : at + 66], "little")
        if at % 128 == 0 and (length == len(encoded) + 2 or (not whole and len(encoded) + 2 < length <= 64)):
            yield at
        at = body.find(encoded, at + 1)
