"""A seed → a hostile file: which report, which trick, and which figure of which table.

Table 二, which no sum guards, is drawn as often as the others.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from html import escape
from random import Random

from reportlab.pdfgen.canvas import Canvas

from tests.support.hostile import marks, objects, pages, render, sheets, shown, unseen, whole
from tests.support.hostile.trick import (
    MEDIA,
    PLACEHOLDER,
    Answer,
    CellTrick,
    HostileFile,
    Medium,
    ObjectTrick,
    PageTrick,
    SheetTrick,
    Spot,
    Trick,
    WholeTrick,
)
from tests.support.reports.random_reports import Printed, as_drawn, decorated, print_report
from tests.support.sample_portal.tables import Table
from tests.support.sample_portal.typeface import draw_line
from transforms.forms.layout import Key, layouts

YEARS = (2020, 2023)
TABLES = ("disclosures", "requests", "proceedings")


def tricks_of(medium: Medium) -> Sequence[Trick]:
    """Return the tricks of one kind of file."""
    every: list[Trick] = [*marks.TRICKS, *unseen.TRICKS, *shown.TRICKS, *whole.TRICKS]
    fitting = [trick for trick in every if isinstance(trick, CellTrick | WholeTrick) and medium in trick.media]
    own: dict[Medium, Sequence[Trick]] = {"xlsx": sheets.TRICKS, "pdf": pages.TRICKS, "ofd": objects.TRICKS}
    return [*fitting, *own.get(medium, ())]


def hostile_file(seed: int) -> HostileFile:
    """Return the changed report of a seed."""
    random = Random(seed)
    medium = MEDIA[seed % len(MEDIA)]
    trick = random.choice(tricks_of(medium))
    printed = print_report(random.choice(YEARS), random.randint(0, 10**6), as_drawn)
    if isinstance(trick, WholeTrick):
        changed, special = trick.change(printed, random)
        body = _file(changed, "", medium, random)
        return HostileFile(trick.kind, medium, body, _answers(changed) | dict(special))
    key, figure, marked = _marked(printed, random)
    if isinstance(trick, CellTrick):
        body, answer = _marked_up(marked, trick, figure, medium, random)
    else:
        body, answer = _stored(marked, trick, figure, random)
    return HostileFile(trick.kind, medium, body, _answers(printed) | {key: answer})


def clean_file(seed: int) -> HostileFile:
    """Return a report of a seed without any trick."""
    random = Random(seed)
    medium = MEDIA[seed % len(MEDIA)]
    printed = print_report(random.choice(YEARS), random.randint(0, 10**6), random.choice((as_drawn, decorated)))
    return HostileFile("clean", medium, _file(printed, "", medium, random), _answers(printed))


def _answers(printed: Printed) -> dict[Key, Answer]:
    return {key: Answer((number,)) for key, number in printed.expected.items()}


def _marked(printed: Printed, random: Random) -> tuple[Key, str, Printed]:
    """Choose a figure above 0 and put the placeholder into its cell."""
    name = random.choice(TABLES)
    table = next(part for part in printed.parts if isinstance(part, Table) and part.name == name)
    figures = sorted((cell for cell in table.cells if cell.kind == "figure"), key=lambda cell: (cell.row, cell.column))
    keys = _print_order(name, {key for key in printed.expected if key[0] == name})
    whole_numbers = [at for at, cell in enumerate(figures) if cell.text.isdigit() and cell.text != "0"]
    at = random.choice(whole_numbers or range(len(figures)))
    cells = tuple(replace(cell, text=PLACEHOLDER) if cell is figures[at] else cell for cell in table.cells)
    parts = [replace(table, cells=cells) if part is table else part for part in printed.parts]
    return keys[at], figures[at].text, replace(printed, parts=parts)


def _print_order(table: str, keys: Set[Key]) -> Sequence[Key]:
    """Return the figures of a table in the order of the form that has all of them and no others."""
    forms = [form for layout in layouts() for form in layout.tables if form.table == table]
    orders = [[key for code in form.keys if (key := (table, *code)) in keys] for form in forms]
    return next(order for order in orders if len(order) == len(keys))


def _file(printed: Printed, text: str, medium: Medium, random: Random) -> bytes:
    """Render a report with a text in the place of the placeholder."""
    if medium == "html":
        return render.web_page(printed, escape(text), random)
    if medium == "docx":
        return render.word_file(printed, render.word_text(text))
    if medium == "xlsx":
        return render.sheet(printed, render.written(text), random)[0]
    if medium == "pdf":
        return render.page_file(printed, _writing(text), random)
    if medium == "ofd":
        return render.object_file(printed, lambda spot: objects.centred(spot, text), random)
    return render.text_file(printed, text, random)


def _writing(text: str) -> render.Draw:
    def draw(canvas: Canvas, spot: Spot) -> None:
        draw_line(canvas, spot.left, spot.baseline, text, spot.size)

    return draw


def _marked_up(printed: Printed, trick: CellTrick, figure: str, medium: Medium, random: Random) -> tuple[bytes, Answer]:
    """Render a report whose placeholder becomes the markup of a trick, or its text if it is for several media."""
    content, answer = trick.paint(figure, random)
    if trick.media == ("html",):
        return render.web_page(printed, content, random), answer
    if trick.media == ("docx",):
        return render.word_file(printed, content), answer
    return _file(printed, content, medium, random), answer


def _stored(
    printed: Printed, trick: SheetTrick | PageTrick | ObjectTrick, figure: str, random: Random
) -> tuple[bytes, Answer]:
    """Render a report whose placeholder a trick stores in a sheet or draws on a page."""
    if isinstance(trick, SheetTrick):
        return render.sheet(printed, lambda cell: trick.store(cell, figure, random), random)
    answers: list[Answer] = []
    if isinstance(trick, ObjectTrick):

        def draw(spot: Spot) -> str:
            drawn, answer = trick.draw(spot, figure, random)
            answers.append(answer)
            return drawn

        return render.object_file(printed, draw, random), answers[0]
    body = render.page_file(
        printed, lambda canvas, spot: answers.append(trick.draw(canvas, spot, figure, random)), random
    )
    return body, answers[0]
