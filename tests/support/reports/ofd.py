"""Reports as OFD files, in the ways in which makers of such files draw tables, letters and page numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Literal

from extractors.document import BBox
from tests.support.reports.containers import pack
from tests.support.reports.ofd_objects import (
    SPACE,
    advances,
    bar_object,
    deltas,
    line_object,
    members_of,
    page_part,
    path_object,
    text_object,
)
from tests.support.reports.page_layout import Cut, Page, Text, lay_out
from tests.support.sample_portal.pdf import MARGIN, PAGE_HEIGHT, PAGE_WIDTH
from tests.support.sample_portal.prose import Part

MM = 25.4 / 72
"""Millimetres of a point."""
_LONG_PAGE = 1600.0
_THIN = 0.2
_NUMBER_SIZE = 9.0
OfdTrick = Callable[[float, float, str, float], str]
"""Draws a figure: left end and baseline in millimetres, its text and its size → objects."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make an OFD file. `digit` is the width of a digit in its size."""

    rules: Literal["lines", "bars", "cells", "drawing", "template", "none"] = "lines"
    cut: Cut = "between rows"
    letters: Literal["deltas", "codes", "glyphs", "matrix", "single"] = "deltas"
    nested: bool = False
    parameters: bool = False
    watermark: bool = False
    number_in_template: bool = False
    digit: float = 0.5


WAYS: dict[str, Way] = {
    "one page": Way(cut="never"),
    "lines": Way(),
    "bars": Way("bars", "headers repeated"),
    "cells": Way("cells", "in labels"),
    "rows cut": Way("cells", "in rows"),
    "drawing": Way("drawing", number_in_template=True),
    "rules in a template": Way("template"),
    "several codes": Way("bars", letters="codes"),
    "glyphs": Way("lines", letters="glyphs", digit=0.556),
    "matrix": Way("cells", letters="matrix"),
    "single letters": Way("lines", letters="single", digit=0.6),
    "blocks": Way("lines", "headers repeated", nested=True, parameters=True),
    "watermark": Way("bars", watermark=True, number_in_template=True),
    "no rules": Way("none"),
}


def lay_out_as(title: str, parts: Sequence[Part], way: Way, seed: int) -> list[Page]:
    """Lay out the pages of a report in a way."""
    return lay_out(title, parts, way.cut, Random(seed), _LONG_PAGE if way.cut == "never" else PAGE_HEIGHT)


def draw_ofd(pages: Sequence[Page], way: Way, instead: Mapping[str, OfdTrick] | None = None) -> bytes:
    """Draw laid-out pages as an OFD file; texts with a trick are drawn by it."""
    size = (PAGE_WIDTH * MM, pages[0].height * MM)
    parts: list[str] = []
    templates: dict[str, str] = {}
    drawings: list[str] = []
    for number, page in enumerate(pages):
        rules = list(_rules(page, way))
        texts = [_text(text, way, instead or {}) for text in page.texts]
        foot = _number(number + 1, page)
        objects = texts if way.number_in_template else [*texts, foot]
        under = [foot] if way.number_in_template else []
        if way.rules == "template":
            under += rules
        elif way.rules == "drawing":
            drawings.append(_composite(number, rules, size))
            objects.insert(
                0, f'<ofd:CompositeObject ID="9" ResourceID="{500 + number}" Boundary="0 0 {size[0]} {size[1]}"/>'
            )
        else:
            objects = [*rules, *objects]
        parts.append(_page_part(objects, way, number, under, templates))
    common = "".join(
        f'<ofd:TemplatePage ID="{100 + at}" BaseLoc="{name}" ZOrder="Background"/>' for at, name in enumerate(templates)
    )
    resources = _PARAMETERS + (
        f"<ofd:CompositeGraphicUnits>{''.join(drawings)}</ofd:CompositeGraphicUnits>" if drawings else ""
    )
    last = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>" if way.watermark else ""
    members = members_of(parts, size, common, last, resources)
    members |= {f"Doc_0/{name}": template for name, template in templates.items()}
    return pack(members | (_annotations(len(pages)) if way.watermark else {}))


_PARAMETERS = (
    '<ofd:DrawParams><ofd:DrawParam ID="70" LineWidth="0.2"><ofd:FillColor Value="0 0 0"/>'
    '<ofd:StrokeColor Value="20 20 20"/></ofd:DrawParam><ofd:DrawParam ID="71" Relative="70"/></ofd:DrawParams>'
)


def _page_part(objects: Sequence[str], way: Way, number: int, under: Sequence[str], templates: dict[str, str]) -> str:
    """Return a page; what stands under it becomes a template."""
    head = ""
    if under:
        head = f'<ofd:Template TemplateID="{100 + len(templates)}" ZOrder="Background"/>'
        templates[f"Tpls/Tpl_{number}/Content.xml"] = page_part(under)
    content = "".join(objects)
    if way.nested:
        content = f'<ofd:PageBlock ID="8"><ofd:PageBlock ID="7">{content}</ofd:PageBlock></ofd:PageBlock>'
    return page_part([content], head, 'Type="Body" DrawParam="71"' if way.parameters else "")


def _composite(number: int, rules: Sequence[str], size: tuple[float, float]) -> str:
    content = f"<ofd:Content>{''.join(rules)}</ofd:Content>"
    head = f'<ofd:CompositeGraphicUnit ID="{500 + number}" Width="{size[0]}" Height="{size[1]}">'
    return f"{head}{content}</ofd:CompositeGraphicUnit>"


def _number(number: int, page: Page) -> str:
    text = f"- {number} -"
    left = PAGE_WIDTH / 2 - len(text) * _NUMBER_SIZE / 4
    return text_object(left * MM, (page.height - MARGIN / 2) * MM, text, _NUMBER_SIZE * MM)


def _text(text: Text, way: Way, instead: Mapping[str, OfdTrick]) -> str:
    """Return one line of text, its digits as wide as the way says."""
    if not text.text:
        return ""
    left, baseline, size = text.left * MM, (text.top + 0.85 * text.size) * MM, text.size * MM
    if text.text in instead:
        return instead[text.text](left, baseline, text.text, size)
    steps = advances(text.text, size, way.digit)
    if way.letters == "single":
        starts = [left + sum(steps[:at]) for at in range(len(steps))]
        return "".join(text_object(x, baseline, sign, size) for x, sign in zip(starts, text.text, strict=True))
    box = f"{left:.3f} {baseline - size:.3f} {sum(steps):.3f} {1.3 * size:.3f}"
    codes = "".join(_codes(text.text, steps, size, way))
    matrix = ""
    if way.letters == "matrix":  # letters of half the size, drawn twice as large
        codes, size = "".join(_codes(text.text, [step / 2 for step in steps], size / 2, way)), size / 2
        matrix = 'CTM="2 0 0 2 0 0"'
    return f'<ofd:TextObject ID="9" Boundary="{box}" Font="1" Size="{size:.4f}" {matrix}>{codes}</ofd:TextObject>'


def _codes(text: str, steps: Sequence[float], size: float, way: Way) -> Iterator[str]:
    """Yield the parts of a text: one, or one for each stretch of digits and of others."""
    stretches = [text]
    if way.letters == "codes":
        stretches = ["".join(run) for _, run in groupby(text, key=lambda sign: sign < "\x7f")]
    at = 0
    for stretch in stretches:
        own = steps[at : at + len(stretch)]
        x = sum(steps[:at])
        if way.letters == "glyphs":
            glyphs = " ".join(str(ord(sign) % 900 + 3) for sign in stretch)
            count = len(stretch)
            yield (
                f'<ofd:CGTransform CodePosition="0" CodeCount="{count}" GlyphCount="{count}">'
                f"<ofd:Glyphs>{glyphs}</ofd:Glyphs></ofd:CGTransform>"
            )
        plain = stretch.replace("&", "&amp;").replace("<", "&lt;")
        yield f'<ofd:TextCode X="{x:.4f}" Y="{size:.4f}" DeltaX="{deltas(own[:-1])}">{plain}</ofd:TextCode>'
        at += len(stretch)


def _rules(page: Page, way: Way) -> Iterator[str]:
    cells = [tuple(round(side * MM, 2) for side in cell) for cell in page.cells] if way.rules != "none" else []
    if way.rules == "cells":
        for left, top, right, bottom in cells:
            data = f"M 0 0 L {right - left:.2f} 0 L {right - left:.2f} {bottom - top:.2f} L 0 {bottom - top:.2f} C"
            yield path_object(data, (left, top, right - left, bottom - top), LineWidth="0.2")
        return
    for left, top, right, bottom in dict.fromkeys(edge for cell in cells for edge in _edges(cell)):
        if way.rules == "bars":
            yield bar_object(left, top, max(right, left + _THIN), max(bottom, top + _THIN))
        else:
            yield line_object(left, top, right, bottom)


def _edges(cell: tuple[float, ...]) -> Iterator[BBox]:
    left, top, right, bottom = cell
    yield left, top, right, top
    yield left, bottom, right, bottom
    yield left, top, left, bottom
    yield right, top, right, bottom


def _annotations(pages: int) -> dict[str, str | bytes]:
    """Return watermarks that lie over all pages, with words and a number."""
    listed = "".join(
        f'<ofd:Page PageID="{at}"><ofd:FileLoc>Page_{at}/Annotation.xml</ofd:FileLoc></ofd:Page>' for at in range(pages)
    )
    mark = "".join(text_object(40 + 30 * at, 60 + 40 * at, "内部 2024 资料 88", 6) for at in range(5))
    annotation = (
        f'<ofd:PageAnnot xmlns:ofd="{SPACE}"><ofd:Annot ID="1" Type="Watermark" Creator="x">'
        f'<ofd:Appearance Boundary="0 0 210 297">{mark}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>'
    )
    return {
        "Doc_0/Annots/Annotations.xml": f'<ofd:Annotations xmlns:ofd="{SPACE}">{listed}</ofd:Annotations>',
        **{f"Doc_0/Annots/Page_{at}/Annotation.xml": annotation for at in range(pages)},
    }
