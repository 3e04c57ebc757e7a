"""A PDF file, written object by object: pages, typefaces of squares, pictures and opacities.

Owns the syntax of the file (ISO 32000-1). What is drawn on its pages, `drawing` knows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from extractors.ofd.glyphs import ASCII, Glyphs, Shape, unicode_map
from extractors.ofd.pictures import Picture

POINTS = 72 / 25.4
"""Points of a millimetre."""


class PdfFile:
    """A file under way; `body` ends it."""

    def __init__(self) -> None:
        self.glyphs = Glyphs()
        self._objects: list[bytes] = [b"", b"", b""]  # catalogue, pages and resources, which are written last
        self._pages: list[int] = []
        self._pictures: dict[str, int] = {}
        self._opacities: dict[str, str] = {}

    def add_page(self, width: float, height: float, operators: Iterable[str]) -> None:
        """Add a page of a size in millimetres; its operators count in millimetres from its top left corner."""
        wide, high = width * POINTS, height * POINTS
        frame = f"{POINTS:.6f} 0 0 {-POINTS:.6f} 0 {high:.3f} cm"
        content = self._add_stream("", "\n".join([frame, *operators]).encode())
        box = f"/MediaBox [0 0 {wide:.3f} {high:.3f}]"
        self._pages.append(
            self._add(f"<< /Type /Page /Parent 2 0 R {box} /Resources 3 0 R /Contents {content} 0 R >>".encode())
        )

    def name_of_picture(self, key: str, picture: Picture) -> str:
        """Return the name by which operators draw a picture, which is stored once for a key."""
        if key not in self._pictures:
            size = f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /BitsPerComponent 8"
            mask = ""
            if picture.mask:
                opacity = f"{size} /ColorSpace /DeviceGray /Filter /FlateDecode"
                mask = f" /SMask {self._add_packed(opacity, picture.mask)} 0 R"
            head = f"{size} /ColorSpace {picture.space} /Filter {picture.filter}{mask}"
            self._pictures[key] = self._add_packed(head, picture.data)
        return f"P{self._pictures[key]}"

    def name_of_opacity(self, opacity: float) -> str:
        """Return the name of the state in which operators draw with an opacity from 0 to 1."""
        return self._opacities.setdefault(f"{opacity:.3f}", f"A{len(self._opacities)}")

    def body(self) -> bytes:
        """Return the file."""
        self._objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self._objects[1] = f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>".encode()
        self._objects[2] = self._resources()
        parts, places, size = [b"%PDF-1.7\n"], [], 9
        for at, content in enumerate(self._objects, start=1):
            places.append(size)
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (at, content))
            size += len(parts[-1])
        count = len(places) + 1
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table))
        parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, size))
        return b"".join(parts)

    def _resources(self) -> bytes:
        courier = self._add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
        fonts = f"/{ASCII} {courier} 0 R " + " ".join(f"/{name} {number} 0 R" for name, number in self._typefaces())
        pictures = " ".join(f"/P{number} {number} 0 R" for number in self._pictures.values())
        states = " ".join(f"/{name} << /ca {value} /CA {value} >>" for value, name in self._opacities.items())
        return f"<< /Font << {fonts} >> /XObject << {pictures} >> /ExtGState << {states} >> >>".encode()

    def _typefaces(self) -> list[tuple[str, int]]:
        drawn = " ".join(f"/{shape.name} {self._add_stream('', shape.procedure())} 0 R" for shape in Shape)
        found = []
        for name, characters in self.glyphs.typefaces().items():
            names = " ".join(f"/{shape.name}" for _, shape in characters)
            widths = " ".join(str(shape.width) for _, shape in characters)
            meaning = self._add_stream("", unicode_map(characters))
            typeface = (
                "<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 1000 900] /FontMatrix [0.001 0 0 0.001 0 0] "
                f"/CharProcs << {drawn} >> /Resources << >> /Encoding << /Type /Encoding /Differences [1 {names}] >> "
                f"/FirstChar 1 /LastChar {len(characters)} /Widths [{widths}] /ToUnicode {meaning} 0 R >>"
            )
            found.append((name, self._add(typeface.encode())))
        return found

    def _add(self, content: bytes) -> int:
        self._objects.append(content)
        return len(self._objects)

    def _add_stream(self, head: str, content: bytes) -> int:
        return self._add_packed(f"{head} /Filter /FlateDecode", zlib.compress(content, 1))

    def _add_packed(self, head: str, packed: bytes) -> int:
        return self._add(b"<< %b /Length %d >>\nstream\n%b\nendstream" % (head.encode(), len(packed), packed))
