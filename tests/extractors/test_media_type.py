"""Media types from the first bytes, whatever the file is called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.media_type import EMPTY, UNKNOWN, media_type_of

OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENTS = "[Content_Types].xml"


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
        (b"\r\n\r\n<!-- served by a script -->%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF87a\x01\x00", "image/gif"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36\x00\x00\x00", "image/bmp"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"II*\x00\x08\x00", "image/tiff"),
        (b"MM\x00*\x00\x08", "image/tiff"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "application/x-ole-storage"),
        (b"Rar!\x1a\x07\x00", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c\x00", "application/x-7z-compressed"),
        (b"\x1f\x8b\x08\x00", "application/gzip"),
        (b"{\\rtf1\\ansi}", "application/rtf"),
        (archive(CONTENTS, "word/document.xml"), OFFICE + "wordprocessingml.document"),
        (archive(CONTENTS, "xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
        (archive(CONTENTS, "ppt/presentation.xml"), OFFICE + "presentationml.presentation"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (archive("2023/report.pdf"), "application/zip"),
        (archive(), "application/zip"),
    ],
)
def test_signatures(body: bytes, media_type: str) -> None:
    assert media_type_of(body) == media_type


@pytest.mark.parametrize("name", ["word/report.pdf", "xl/1.txt", "OFD.xml.bak", "report.docx"])
def test_names_in_an_archive_may_lie(name: str) -> None:
    assert media_type_of(archive(name)) == "application/zip"


def test_a_truncated_archive_is_an_archive() -> None:
    assert media_type_of(archive(CONTENTS, "word/document.xml")[:60]) == "application/zip"


@pytest.mark.parametrize("body", [b"", b" \r\n\t", "\u3000\n\u00a0".encode(), b"\xef\xbb\xbf", b"\xff\xfe\r\x00\n\x00"])
def test_nothing_to_read(body: bytes) -> None:
    assert media_type_of(body) == EMPTY


@pytest.mark.parametrize("body", [bytes(range(256)) * 20, b"\x00" * 500, b"\x01\x02\x03" * 100])
def test_binary_garbage(body: bytes) -> None:
    assert media_type_of(body) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ('{"data": {"total": 3}}', "application/json"),
        ("[1, 2]", "application/json"),
        ("[附件](a.pdf) 年度报告", "text/plain"),
        ("{不是JSON", "text/plain"),
        ("[" * 100_000, "text/plain"),
        ("<!DOCTYPE html><p>甲</p>", "text/html"),
        ('<?xml version="1.0" encoding="gb2312"?>\n<html xmlns="http://www.w3.org/1999/xhtml"></html>', "text/html"),
        ("<UCAPCONTENT>甲</UCAPCONTENT>", "text/html"),
        ("  <TABLE><tr><td>1", "text/html"),
        ('<?xml version="1.0"?><datastore><totalrecord>3</totalrecord></datastore>', "text/xml"),
        ("# 一、总体情况\n| a | b |", "text/plain"),
        ("BMI 指数与 GIF8 无关", "text/plain"),
        ("PK 赛 5<3", "text/plain"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_texts(text: str, media_type: str, encoding: str) -> None:
    assert media_type_of(text.encode(encoding)) == media_type


@given(st.binary(max_size=3000), st.sampled_from([b"", b"PK\x03\x04", archive(CONTENTS, "word/document.xml"), b"[{"]))
def test_any_bytes_have_a_media_type(body: bytes, start: bytes) -> None:
    assert "/" in media_type_of(start + body)


@given(st.data())
def test_a_damaged_archive_has_a_media_type(data: st.DataObject) -> None:
    body = bytearray(archive(CONTENTS, "word/document.xml"))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(4, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert media_type_of(bytes(body)).startswith("application/")
