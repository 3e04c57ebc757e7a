"""The objects of an OFD page → the operators of a PDF that draw them: the page as a person sees it.

Owns the walk through layers, blocks and drawings within drawings, what is never drawn, and where objects are cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractors.document import Unreadable
from extractors.ofd.document import Page
from extractors.ofd.outlines import moved, segments_of
from extractors.ofd.package import Element, children, text_of
from extractors.ofd.pdf_file import PdfFile
from extractors.ofd.pictures import NO_PICTURE, Picture, picture_of
from extractors.ofd.styles import BLACK, Colour, Style, opacity_of
from extractors.ofd.texts import colour_of_text, text_operators
from extractors.ofd.values import UNCHANGED, Matrix, box_of, is_true, matrix_of, number

_DEEPEST = 24
"""Blocks and drawings within others."""
MOST_OBJECTS, _MOST_SIGNS = 400_000, 100_000_000
"""Objects of a file, those that are drawn again counted each time, and signs of their operators."""
_SLACK = 0.5
"""Millimetres by which objects, and half sizes by which letters, may stand out of the box that their maker gives."""
_COLOURS = {1: ("g", "G"), 3: ("rg", "RG"), 4: ("k", "K")}


@dataclass(slots=True)
class Drawn:
    """What has been drawn so far: of the file how much and which pictures, of the page its texts.

    `unknown` says why a picture of the page is not known; it is empty if all are.
    """

    objects: int = 0
    signs: int = 0
    pictures: dict[str, Picture] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    unknown: str = ""

    def count(self, operators: Sequence[str]) -> None:
        """Add one object. Raise Unreadable if that makes too much for a report."""
        self.objects += 1
        self.signs += sum(map(len, operators))
        if self.objects > MOST_OBJECTS or self.signs > _MOST_SIGNS:
            raise Unreadable(f"the OFD file draws more than {MOST_OBJECTS} objects, or draws them at too great length")

    def next_page(self) -> None:
        """Begin another page of the file."""
        self.texts, self.unknown = [], ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where objects are drawn: on which page, into which file, in what layer or drawing, and how opaque."""

    page: Page
    pdf: PdfFile
    drawn: Drawn
    layer: tuple[Element, ...] = ()
    opacity: float = 1.0
    depth: int = 0
    paths_alone: bool = False


def page_operators(page: Page, pdf: PdfFile, drawn: Drawn) -> Iterator[str]:
    """Yield the operators that draw a page. Raise Unreadable for one of too many objects, or damaged ones."""
    scene = _Scene(page, pdf, drawn)
    for layer in page.layers:
        own = tuple(page.resources.chain_of(layer.get("DrawParam")))
        if is_true(layer, "Visible", default=True):
            yield from _objects(layer, replace(scene, layer=own))
    for marking in page.markings:
        yield "q"
        yield from _frame(marking, 0.0)
        yield from _objects(marking, replace(scene, paths_alone=True))
        yield "Q"


def _objects(parent: Element, scene: _Scene) -> Iterator[str]:
    """Yield the operators of all objects in a layer, a block or a drawing."""
    if scene.depth > _DEEPEST:
        raise Unreadable(f"the OFD file has blocks or drawings within more than {_DEEPEST} others")
    for element in parent.iterchildren("*"):
        if not is_true(element, "Visible", default=True):
            continue
        if element.tag == "PageBlock":
            yield from _objects(element, replace(scene, depth=scene.depth + 1))
        elif element.tag in _KINDS and (element.tag == "PathObject" or not scene.paths_alone):
            yield from _object(element, scene)


def _object(element: Element, scene: _Scene) -> Iterator[str]:
    opacity = scene.opacity * opacity_of(element)
    if opacity <= 0:
        return
    own = tuple(scene.page.resources.chain_of(element.get("DrawParam")))
    style = Style((element, *own, *scene.layer))
    inner = list(_KINDS[element.tag](element, style, replace(scene, opacity=opacity)))
    scene.drawn.count(inner)
    if inner:
        slack = number(element.get("Size", "0")) * _SLACK if element.tag == "TextObject" else style.line_width
        yield "q"
        yield from _frame(element, slack + _SLACK)
        yield from inner
        yield "Q"


def _frame(element: Element, slack: float) -> Iterator[str]:
    """Yield what puts an object into its place and cuts it off where its box and its clips end.

    Boxes without a width or a height, which makers give to lines, cut nothing off there.
    """
    left, top, wide, high = box_of(element.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
    if wide > 0 and high > 0:
        yield f"{left - slack:.4f} {top - slack:.4f} {wide + 2 * slack:.4f} {high + 2 * slack:.4f} re W n"
    place: Matrix = (1, 0, 0, 1, left, top)
    matrix = _then(matrix_of(element), place)
    for clip in children(element, "Clips/Clip"):
        areas = " ".join(_area(area, matrix) for area in children(clip, "Area"))
        yield f"{areas} W n" if areas.strip() else "0 0 0 0 re W n"
    if matrix != UNCHANGED:
        yield f"{_plain(matrix)} cm"


def _area(area: Element, matrix: Matrix) -> str:
    """Return the outline of a part of a clip; that of a text is its box."""
    outer = _then(matrix_of(area), matrix)
    paths = []
    for shape in area:
        left, top, wide, high = box_of(shape.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        inner = _then(_then(matrix_of(shape), (1, 0, 0, 1, left, top)), outer)
        data = text_of(shape.find("AbbreviatedData")) or f"M 0 0 L {wide} 0 L {wide} {high} L 0 {high} C"
        paths.append(_outline(data, inner))
    return " ".join(paths)


def _outline(data: str, matrix: Matrix) -> str:
    return " ".join(
        " ".join([*(f"{value:.4f}" for point in points for value in moved(point, matrix)), command])
        for command, points in segments_of(data)
    )


def _then(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies the inner one first, then the outer one."""
    a, b, c, d, e, f = inner
    x, y = moved((e, f), outer)
    flat: Matrix = (*outer[:4], 0, 0)
    return *moved((a, b), flat), *moved((c, d), flat), x, y


def _plain(values: Iterable[float]) -> str:
    return " ".join(f"{value:.6f}" for value in values)


def _ink(colour: Colour, scene: _Scene, *, stroke: bool) -> str:
    """Return what sets a colour and an opacity."""
    opacity = f"/{scene.pdf.name_of_opacity(scene.opacity * colour.opacity)} gs "
    return f"{opacity}{_plain(colour.levels)} {_COLOURS[len(colour.levels)][stroke]}"


# Kinds of objects


def _text(element: Element, style: Style, scene: _Scene) -> Iterator[str]:
    colour = colour_of_text(style)
    runs = list(text_operators(element, scene.pdf.glyphs)) if colour else []
    if colour and runs:
        scene.drawn.texts += map(text_of, children(element, "TextCode"))
        yield _ink(colour, scene, stroke=False)
        yield from runs


def _path(element: Element, style: Style, scene: _Scene) -> Iterator[str]:
    outline = _outline(text_of(element.find("AbbreviatedData")), UNCHANGED)
    fill = style.colour("FillColor") if style.is_true("Fill", default=False) else None
    stroke = (style.colour("StrokeColor") or BLACK) if style.is_true("Stroke", default=True) else None
    if outline and fill and fill.opacity > 0:
        even_odd = "*" if style.attribute("Rule") == "Even-Odd" else ""
        yield f"{_ink(fill, scene, stroke=False)} {outline} f{even_odd}"
    if outline and stroke and stroke.opacity > 0:
        dashes = f"[{_plain(style.dashes)}] 0 d " if style.dashes else ""
        yield f"{_ink(stroke, scene, stroke=True)} {style.line_width:.4f} w {dashes}{outline} S"


def _picture(element: Element, style: Style, scene: _Scene) -> Iterator[str]:  # noqa: ARG001 (as other kinds)
    resource, drawn = element.get("ResourceID"), scene.drawn
    if not resource:
        return  # nothing to show, for any reader
    name = scene.page.resources.pictures.get(resource, "")
    if name not in drawn.pictures:
        drawn.pictures[name] = picture_of(scene.page.resources.package.read(name)) if name else NO_PICTURE
    picture = drawn.pictures[name]
    drawn.unknown = drawn.unknown or picture.reason
    key = scene.pdf.name_of_picture(name, picture)
    _, _, wide, high = box_of(element.get("Boundary")) or (0, 0, 1, 1)
    size = "" if element.get("CTM") else f"{wide:.4f} 0 0 {high:.4f} 0 0 cm "
    yield f"/{scene.pdf.name_of_opacity(scene.opacity)} gs {size}1 0 0 -1 0 1 cm /{key} Do"


def _drawing(element: Element, style: Style, scene: _Scene) -> Iterator[str]:  # noqa: ARG001 (as other kinds)
    resource = element.get("ResourceID", "")
    used = scene.page.resources.drawings.get(resource)
    if used is None:
        raise Unreadable(f"the file is damaged: it lacks its drawing {resource:.20}")
    for content in children(used, "Content"):
        yield from _objects(content, replace(scene, depth=scene.depth + 1))


_KINDS = {"TextObject": _text, "PathObject": _path, "ImageObject": _picture, "CompositeObject": _drawing}
