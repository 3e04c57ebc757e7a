"""Media type from magic bytes, never from the name or the server's header.

Owns the list of signatures, and the marks of the kinds of text. Of a zip container it reads the table of contents.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile

from extractors.encoding import decode

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
HTML = "text/html"

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
)
_CONTAINERS = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_OFFICE_CONTENTS = "[Content_Types].xml"
_BITMAP = re.compile(rb"BM.{4}\x00{4}", re.DOTALL)  # two letters alone also begin words
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|div|table|ucapcontent|p|script)\b", re.IGNORECASE)
_CONTROL = bytes((*range(0x00, 0x09), *range(0x0E, 0x20)))
_SAMPLE = 20_000


def media_type_of(body: bytes, text: str | None = None) -> str:
    """Return the media type of the bytes: `application/x-empty` for nothing, `application/octet-stream` if unknown.

    `text` is the decoded body, if the caller has it.

    >>> media_type_of(b"%PDF-1.4 ...")
    'application/pdf'
    >>> media_type_of("一、总体情况".encode())
    'text/plain'
    """
    if not body.strip():
        return EMPTY
    binary = _binary(body)
    return binary or _text(decode(body) if text is None else text)


def _binary(body: bytes) -> str | None:
    # ISO 32000 readers accept the header anywhere in the first 1,024 bytes.
    if b"%PDF-" in body[:1024]:
        return "application/pdf"
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _container(body)
    if _BITMAP.match(body):
        return "image/bmp"
    if _WEBP.match(body):
        return "image/webp"
    return next((media_type for signature, media_type in _SIGNATURES if body.startswith(signature)), None)


def _container(body: bytes) -> str:
    """Return what a zip file is, by the names in it: a plain archive if they name no format or cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        # A damaged table of contents makes zipfile raise other errors than BadZipFile, too.
        return "application/zip"
    if "OFD.xml" in names:
        return "application/ofd"
    if _OFFICE_CONTENTS in names:
        for prefix, media_type in _CONTAINERS:
            if any(name.startswith(prefix) for name in names):
                return media_type
    return "application/zip"


def _text(text: str) -> str:
    if not text.strip():
        return EMPTY
    sample = text[:_SAMPLE]
    encoded = sample.encode("utf-8", "replace")
    no_text = len(encoded) - len(encoded.translate(None, _CONTROL)) + sample.count("\ufffd")
    if no_text > 0.02 * len(sample):
        return UNKNOWN
    if text.lstrip()[:1] in "{[" and _is_json(text):
        return "application/json"
    if _MARKUP.search(sample):
        return HTML
    return "text/xml" if text.lstrip().startswith("<?xml") else "text/plain"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):  # the latter for a file of opening brackets
        return False
    return True
