"""OFD files made of single objects: texts, lines and pictures on pages, and the container around them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.support.reports.containers import pack

SPACE = "http://www.ofdspec.org/2016"
A4 = (210.0, 297.0)


def text_object(left: float, baseline: float, text: str, size: float, look: str = "", **attributes: str) -> str:
    """Return a text from the left end of its line, in millimetres; `look` holds colours and clips."""
    steps = advances(text, size)
    box = f"{left:.3f} {baseline - size:.3f} {sum(steps):.3f} {1.3 * size:.3f}"
    delta = f' DeltaX="{deltas(steps[:-1])}"' if len(text) > 1 else ""
    own = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return (
        f'<ofd:TextObject ID="9" Boundary="{box}" Font="1" Size="{size:.4f}" {own}>{look}'
        f'<ofd:TextCode X="0" Y="{size:.3f}"{delta}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def advances(text: str, size: float, digit: float = 0.5) -> list[float]:
    """Return how far each character moves on: a square, or `digit` of its size for one of ASCII and a fixed blank."""
    return [size * (digit if sign <= "\u00a0" else 1) for sign in text]


def deltas(steps: Sequence[float]) -> str:
    """Return offsets, those that are repeated in short."""
    words: list[str] = []
    at = 0
    while at < len(steps):
        end = at
        while end < len(steps) and steps[end] == steps[at]:
            end += 1
        words.append(f"g {end - at} {steps[at]:.4f}" if end - at > 1 else f"{steps[at]:.4f}")
        at = end
    return " ".join(words)


def path_object(data: str, box: tuple[float, float, float, float], look: str = "", **attributes: str) -> str:
    """Return a path; its data count from the left top of its box: left, top, width and height."""
    own = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    place = " ".join(f"{side:.3f}" for side in box)
    return (
        f'<ofd:PathObject ID="9" Boundary="{place}" {own}>{look}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def line_object(left: float, top: float, right: float, bottom: float, **attributes: str) -> str:
    """Return a stroked line."""
    data = f"M 0 0 L {right - left:.3f} {bottom - top:.3f}"
    return path_object(data, (left, top, right - left, bottom - top), LineWidth="0.2", **attributes)


def bar_object(left: float, top: float, right: float, bottom: float, colour: str = "0 0 0") -> str:
    """Return a filled rectangle."""
    wide, high = right - left, bottom - top
    data = f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C"
    fill = f'<ofd:FillColor Value="{colour}"/>'
    return path_object(data, (left, top, wide, high), fill, Stroke="false", Fill="true")


def image_object(left: float, top: float, wide: float, high: float, resource: str = "5") -> str:
    """Return a picture that fills a box."""
    box, matrix = f"{left} {top} {wide} {high}", f"{wide} 0 0 {high} 0 0"
    return f'<ofd:ImageObject ID="9" Boundary="{box}" CTM="{matrix}" ResourceID="{resource}"/>'


def page_part(objects: Sequence[str], head: str = "", layer: str = "") -> str:
    """Return a page, or a template."""
    content = f'<ofd:Content><ofd:Layer ID="2" {layer}>{"".join(objects)}</ofd:Layer></ofd:Content>'
    return f'<ofd:Page xmlns:ofd="{SPACE}">{head}{content}</ofd:Page>'


def members_of(
    pages: Sequence[str], size: tuple[float, float] = A4, common: str = "", last: str = "", resources: str = ""
) -> dict[str, str | bytes]:
    """Return the members of a file by their names; `common` and `last` go into the description of the document."""
    listed = "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
    box = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {size[0]} {size[1]}</ofd:PhysicalBox></ofd:PageArea>"
    fonts = '<ofd:Fonts><ofd:Font ID="1" FontName="宋体" FamilyName="宋体"/></ofd:Fonts>'
    members: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{SPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{SPACE}"><ofd:CommonData>{box}'
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{last}</ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res xmlns:ofd="{SPACE}" BaseLoc="Res">{fonts}{resources}</ofd:Res>',
    }
    return members | {f"Doc_0/Pages/Page_{at}/Content.xml": page for at, page in enumerate(pages)}


def ofd_file(pages: Sequence[Sequence[str]], size: tuple[float, float] = A4, resources: str = "") -> bytes:
    """Return a file by the objects of its pages."""
    return pack(members_of([page_part(objects) for objects in pages], size, resources=resources))


def one_page(*objects: str, resources: str = "") -> bytes:
    """Return a file of one page."""
    return ofd_file([objects], resources=resources)


def text(content: str, left: float = 20, baseline: float = 30, **attributes: str) -> str:
    """Return a text of four millimetres."""
    return text_object(left, baseline, content, 4, **attributes)


def drawing(resource: int, box: str = "0 0 9 9", attributes: str = "") -> str:
    """Return an object that draws a resource."""
    return f'<ofd:CompositeObject ID="3" ResourceID="{resource}" Boundary="{box}" {attributes}/>'


def drawings(contents: dict[int, str]) -> str:
    """Return resources that are drawn by their numbers."""
    units = (
        f'<ofd:CompositeGraphicUnit ID="{at}" Width="9" Height="9"><ofd:Content>{content}</ofd:Content>'
        "</ofd:CompositeGraphicUnit>"
        for at, content in contents.items()
    )
    return f"<ofd:CompositeGraphicUnits>{''.join(units)}</ofd:CompositeGraphicUnits>"


def media(*names: str) -> str:
    """Return resources that are pictures, numbered from 5."""
    listed = "".join(
        f'<ofd:MultiMedia ID="{at}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for at, name in enumerate(names, start=5)
    )
    return f"<ofd:MultiMedias>{listed}</ofd:MultiMedias>"
