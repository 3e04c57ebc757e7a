"""Damage and malice: files changed at random, and files made to exhaust their reader."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from random import Random

from openpyxl import Workbook

Mutation = Callable[[bytearray, Random], bytes]

MAGIC_NUMBERS: Mapping[str, bytes] = {
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04",
    "end of zip": b"PK\x05\x06",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff\xe0",
    "gif": b"GIF89a",
    "tiff": b"II*\x00",
    "bmp": b"BM\x36\x00\x00\x00\x00\x00\x00\x00",
    "webp": b"RIFF\x00\x10\x00\x00WEBP",
    "rtf": b"{\\rtf1",
    "html": b"<html><body><table>",
    "xml": b"<?xml version='1.0'?>",
}


def flip_bits(body: bytearray, random: Random) -> bytes:
    """Flip some bits."""
    for _ in range(random.choice((1, 2, 5, 20))):
        body[random.randrange(len(body))] ^= 1 << random.randrange(8)
    return bytes(body)


def truncate(body: bytearray, random: Random) -> bytes:
    """Keep the beginning alone."""
    return bytes(body[: random.randrange(1, len(body))])


def cut_out(body: bytearray, random: Random) -> bytes:
    """Leave out a stretch."""
    start, end = _stretch(body, random)
    return bytes(body[:start] + body[end:])


def blank(body: bytearray, random: Random) -> bytes:
    """Blank a stretch with zeros, as a broken download leaves it."""
    start, end = _stretch(body, random)
    body[start:end] = bytes(end - start)
    return bytes(body)


def repeat(body: bytearray, random: Random) -> bytes:
    """Write a stretch twice."""
    start, end = _stretch(body, random)
    return bytes(body[:end] + body[start:])


def _stretch(body: bytearray, random: Random) -> tuple[int, int]:
    start = random.randrange(len(body))
    return start, min(len(body), start + random.choice((1, 16, 256, 4096)))


def splicing(others: Mapping[str, bytes]) -> Mutation:
    """Return the mutation that puts a stretch of some other file, or all of it, into a file."""

    def splice(body: bytearray, random: Random) -> bytes:
        other = bytearray(others[random.choice(sorted(others))])
        start, end = random.choice((_stretch(other, random), (0, len(other))))
        at = random.choice((0, len(body), random.randrange(len(body))))
        return bytes(body[:at] + other[start:end] + body[at:])

    return splice


def mutate(body: bytes, others: Mapping[str, bytes], random: Random) -> bytes:
    """Damage a file in one way, often by bits alone."""
    ways: list[Mutation] = [flip_bits, flip_bits, flip_bits, truncate, cut_out, blank, repeat, splicing(others)]
    return random.choice(ways)(bytearray(body), random)


def hostile_files(rows: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of bombs, loops, deep nesting, and tables of so many rows of a hundred cells."""
    yield from _bombs()
    yield from _nested()
    yield from _huge_tables(rows)
    yield from _looped_pdf()


def packed(members: Mapping[str, bytes]) -> bytes:
    """Make a zip archive of some files by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return stream.getvalue()


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
_RELATIONS = b"""<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>
<Relationship Id='rId1' Target='word/document.xml'
 Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument'/></Relationships>"""


def _word_file(content: str | bytes) -> bytes:
    """Make a Word file with this body, or of these bytes alone if bytes are given."""
    start, end = f"<w:document xmlns:w='{_WORD}'><w:body>", "</w:body></w:document>"
    document = content if isinstance(content, bytes) else (start + content + end).encode()
    return packed({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": document})


def _bombs() -> Iterator[tuple[str, bytes]]:
    zeros = bytes(60_000_000)
    yield "zip bomb", packed({"年度报告.txt": zeros})
    yield "word bomb", _word_file(b"<a>" + zeros)
    bomb = packed({"a.txt": bytes(5_000_000)})
    for _ in range(12):
        bomb = packed({f"{number}.zip": bomb for number in range(8)})
    yield "zips in zips", bomb
    yield "png bomb", _png(60_000, 60_000)
    yield "png of nothing", _png(0, 0)
    lines = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    yield "entities", f"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e0 'x'>{lines}]><a>&e11;</a>".encode()
    bomb = zlib.compress(b"BT (1) Tj ET " * 4_000_000, 9)
    yield "pdf bomb", _pdf([*_PAGE, _stream(b"/Filter /FlateDecode", bomb)])
    yield "pdf bomb twice packed", _pdf([*_PAGE, _stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(bomb))])


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return MAGIC_NUMBERS["png"] + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _nested() -> Iterator[tuple[str, bytes]]:
    for tag in ("div", "table><tr><td", "b", "font"):
        yield f"deep {tag}", f"<html><body>{f'<{tag}>' * 30_000}年度报告".encode()
    yield "deep json", b"[" * 1_000_000
    yield "deep word", _word_file("<w:tbl><w:tr><w:tc>" * 3_000 + "</w:tc></w:tr></w:tbl>" * 3_000)
    yield "deep rtf", b"{\\rtf1" + b"{" * 100_000
    yield "deep pdf", _pdf([*_PAGE, b"[" * 200_000])


def _huge_tables(rows: int) -> Iterator[tuple[str, bytes]]:
    row = "<tr>" + "<td>1</td>" * 100 + "</tr>"
    yield "a wide and long web table", f"<html><body><table>{row * rows}</table>".encode()
    spans = "<tr><td colspan=100000 rowspan=65534>1</td><td>2</td></tr>" * 50
    yield "spans without end", f"<html><body><table>{spans}</table>".encode()
    yield "a long text", ("自然人\t" + "\t".join(str(n) for n in range(100)) + "\n").encode() * rows
    wide = "<w:tc><w:tcPr><w:gridSpan w:val='99999'/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>"
    yield "wide word cells", _word_file(f"<w:tbl><w:tr>{wide * 100}</w:tr></w:tbl>")
    # Other numbers in every cell: else it would be refused as a bomb.
    cells = [f"<w:tc><w:p><w:r><w:t>{n * n}</w:t></w:r></w:p></w:tc>" for n in range(rows * 100)]
    lines = [f"<w:tr>{''.join(cells[start : start + 100])}</w:tr>" for start in range(0, len(cells), 100)]
    yield "a long word table", _word_file(f"<w:tbl>{''.join(lines)}</w:tbl>")
    yield "a far cell", _far_cell()
    yield "a long OFD page", _long_ofd_page(rows)


def _long_ofd_page(rows: int) -> bytes:
    """Make an OFD page of many texts and lines, all of them different."""
    text = (
        '<TextObject Boundary="{0} {1} 9 5" Size="3"><TextCode X="0" Y="3" DeltaX="g 9 2">{2}</TextCode></TextObject>'
    )
    line = '<PathObject Boundary="0 0 0 0"><AbbreviatedData>M {0} 0 L 9 {2}</AbbreviatedData></PathObject>'
    objects = "".join((text + line).format(n % 190, n % 280, n * n) for n in range(rows * 40))
    page = f"<Page><Content><Layer>{objects}</Layer></Content></Page>"
    root = "<Document><CommonData/><Pages><Page ID='1' BaseLoc='P.xml'/></Pages></Document>"
    entry = "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>"
    return packed({"OFD.xml": entry.encode(), "D.xml": root.encode(), "P.xml": page.encode()})


def _far_cell() -> bytes:
    """Make a workbook of two numbers with all of its largest sheet between them."""
    workbook, stream = Workbook(), io.BytesIO()
    sheet = workbook.create_sheet()
    sheet.cell(1, 1, 1)
    sheet.cell(1_048_576, 16_384, 1)
    workbook.save(stream)
    return stream.getvalue()


_PAGE = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
)


def _looped_pdf() -> Iterator[tuple[str, bytes]]:
    catalog, pages, page = _PAGE
    yield "a page tree that holds itself", _pdf([catalog, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])
    yield "pages without end", _pdf([catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", page])
    form = _stream(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >>", b"/F Do")
    recursive = page.replace(b"/Resources << >>", b"/Resources << /XObject << /F 4 0 R >> >>")
    yield "a form that draws itself", _pdf([catalog, pages, recursive, form])
    yield "a stream that is its own length", _pdf([catalog, pages, page, b"<< /Length 4 0 R >> stream\nx\nendstream"])
    yield "an object that is itself", _pdf([catalog, pages, page, b"4 0 R"])
    endless = page.replace(b"595 842", b"99999999 99999999")
    yield "an endless page", _pdf([catalog, pages, endless, _stream(b"", b"0 0 m 9e9 9e9 l S")])
    yield "a file that goes before itself", _pdf([*_PAGE, _stream(b"", b"")], trailer=b"/Prev 9 ")


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< " + entries + b" /Length %d >> stream\n" % len(content) + content + b"\nendstream"


def _pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Make a PDF of some objects, numbered from 1, the first of which is its catalogue."""
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer << /Root 1 0 R %s/Size %d >>\nstartxref\n%d\n%%%%EOF" % (trailer, len(objects) + 1, start)
    return bytes(body)
