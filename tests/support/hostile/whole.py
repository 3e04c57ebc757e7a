"""Whole reports changed: titles, characters of labels, lost labels, editions mixed, a table printed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from tests.support.hostile.trick import Answer, Medium, WholeTrick
from tests.support.reports.random_reports import COUNTY, Printed, as_drawn, print_report
from tests.support.sample_portal.prose import Paragraph, Part
from tests.support.sample_portal.tables import Cell, Table
from transforms.forms.layout import Key

Changed = tuple[Printed, Mapping[Key, Answer]]
_RADICALS = str.maketrans(
    "一二八十人大小工行用自车里金长门非页风食高力口土女子山心手文日月木水火生田目石立米老至色行见言走身",
    "⼀⼆⼋⼗⼈⼤⼩⼯⾏⽤⾃⻋⾥⾦⻓⻔⾮⻚⻛⻝⾼⼒⼝⼟⼥⼦⼭⼼⼿⽂⽇⽉⽊⽔⽕⽣⽥⽬⽯⽴⽶⽼⾄⾊⾏⻅⾔⾛⾝",
)
_WIDE = str.maketrans("（）“”、：", '()""､:')
_TITLES = (
    "{year}年{county}政府信息公开工作年度报告",
    "{county}人民政府\n{year}年政府信息公开工作年度报告",
    "{county}人民政府{year}年度政府信息公开工作报告",
    "附件：{county}人民政府{year}年政府信息公开工作年度报告",
    "{county}政务公开{year}年年度报告",
    "关于{county}人民政府{year}年政府信息公开工作情况的报告",
    "{county} 人 民 政 府 {year} 年 政 府 信 息 公 开 工 作 年 度 报 告",
    "{county}{year}政府信息公开年报",
)
_LOST = ("", "数据3", "□□", "…", "?", "项目")


def _year(printed: Printed) -> int:
    return int("".join(sign for sign in printed.title if sign.isdigit())[:4])


def _title(printed: Printed, random: Random) -> Changed:
    title = random.choice(_TITLES).format(county=COUNTY, year=_year(printed))
    return replace(printed, title=title), {}


def _translated(part: Part, table: Mapping[int, int | str | None]) -> Part:
    if isinstance(part, Table):
        return replace(part, cells=tuple(replace(cell, text=cell.text.translate(table)) for cell in part.cells))
    return replace(part, text=part.text.translate(table))


def _radicals(printed: Printed, random: Random) -> Changed:
    table = random.choice((_RADICALS, _WIDE))
    return replace(printed, parts=[_translated(part, table) for part in printed.parts]), {}


def _lost_label(printed: Printed, random: Random) -> Changed:
    """Lose one label of a table, chosen as often in one as in another."""
    table = random.choice([part for part in printed.parts if isinstance(part, Table)])
    lost = random.choice([cell for cell in table.cells if cell.kind == "label" and cell.text])
    text = random.choice(_LOST)
    cells = tuple(replace(cell, text=text) if cell is lost else cell for cell in table.cells)
    parts = [replace(table, cells=cells) if part is table else part for part in printed.parts]
    return replace(printed, parts=parts), {}


def _swapped_columns(printed: Printed, random: Random) -> Changed:
    """Print 科研机构 before 商业企业, with their figures."""
    order = {4: 5, 5: 4}

    def moved(cell: Cell) -> Cell:
        return (
            replace(cell, column=order.get(cell.column, cell.column))
            if cell.column_span == 1 and cell.row > 1
            else cell
        )

    parts: list[Part] = [
        replace(part, cells=tuple(map(moved, part.cells)))
        if isinstance(part, Table) and part.name == "requests"
        else part
        for part in printed.parts
    ]
    return replace(printed, parts=parts), {}


def _mixed(printed: Printed, random: Random) -> Changed:
    """Print table 二 of the other edition."""
    year = 2020 if _year(printed) > 2020 else 2023
    other = print_report(year, random.randint(0, 999), as_drawn)
    theirs = next(part for part in other.parts if isinstance(part, Table) and part.name == "disclosures")
    parts = [theirs if isinstance(part, Table) and part.name == "disclosures" else part for part in printed.parts]
    own = {key: number for key, number in printed.expected.items() if key[0] != "disclosures"}
    expected = own | {key: number for key, number in other.expected.items() if key[0] == "disclosures"}
    return replace(printed, parts=parts, expected=expected), {}


def _twice(printed: Printed, random: Random) -> Changed:
    """Print a table again with other figures: an annex, last year's, or a draft."""
    other = print_report(_year(printed), random.randint(1000, 1999), as_drawn)
    name = random.choice(["disclosures", "requests", "proceedings"])
    again = next(part for part in other.parts if isinstance(part, Table) and part.name == name)
    between = random.choice(([], [Paragraph("附件")], [Paragraph("（续表）")], [Paragraph("上年数据如下：")]))
    parts = list(printed.parts)
    own = next(at for at, part in enumerate(parts) if isinstance(part, Table) and part.name == name)
    place = random.choice((own + 1, own, len(parts)))
    parts[place:place] = [*between, again]
    answers = {
        key: Answer((number, other.expected[key]), doubtful=True)
        for key, number in printed.expected.items()
        if key[0] == name and other.expected[key] != number
    }
    return replace(printed, parts=parts), answers


_ALL: tuple[Medium, ...] = ("html", "docx", "xlsx", "pdf", "ofd", "text")
TRICKS = (
    WholeTrick("title", _ALL, _title),
    WholeTrick("radicals", ("html", "docx", "xlsx", "ofd", "text"), _radicals),
    WholeTrick("lost label", _ALL, _lost_label),
    WholeTrick("columns in another order", _ALL, _swapped_columns),
    WholeTrick("editions mixed", _ALL, _mixed),
    WholeTrick("printed twice", _ALL, _twice),
)
