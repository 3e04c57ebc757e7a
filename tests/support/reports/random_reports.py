"""Random reports with the numbers that a reader must find in them.

Owns the ways to print a number or to leave it out, and the misprints of labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from tests.support.sample_portal.figures import Figures, make_figures
from tests.support.sample_portal.prose import Heading, Part, compose
from tests.support.sample_portal.tables import Cell, Table

Expected = dict[tuple[str, ...], Decimal | None]
"""Table and codes → the number that is printed; None where none is."""
Printer = Callable[[str, Random], tuple[str, bool]]
"""The text of a cell → how it is printed, and whether it is a number still."""

COUNTY = "甲子县"
TITLE = "{agency}{year}年政府信息公开工作年度报告"
_FULL_WIDTH = str.maketrans("0123456789.+-", "０１２３４５６７８９．＋－")
_NUMBERING = (
    (re.compile(r"^(\d)\."), ("{}.", "{}、", "{}．", "{} .", "（{}）", "")),
    (re.compile(r"^（([一二三四五六七])）"), ("（{}）", "({})", "（{})", "﹙{}﹚", "")),
    (re.compile(r"^([一二三四五六七八九])、"), ("{}、", "{}.", "{}．", "{} 、", "")),
)
_QUOTES = ("“{}”", '"{}"', "‘{}’", "'{}'", "「{}」", "”{}“", "〝{}〞", "{}")
# As printed by offices: official words → what stands in their place.
_MISPRINTS = (
    ("其他法律行政法规禁止公开", ("其他法律行政止公开", "其他法律行政法规止公开")),
    ("总计", ("总 计", "总　计", "总\u00a0\u00a0计")),
    ("其他", ("其 他", "其　他")),
    ("本年增/减", ("本年增／减", "本年增减", "本年增∕减")),
    ("行政规范性文件", ("规范性文件",)),
    ("本年收费金额（单位：万元）", ("本年收费金额(单位:万元)", "本年收费金额（万元）", "本年收费金额")),
    ("存在的主要问题及改进情况", ("存在问题及改进情况", "存在的主要问题及改进措施")),
)


@dataclass(frozen=True)
class Printed:
    """One report as printed, and what stands in it."""

    title: str
    parts: list[Part]
    expected: Expected


def number_of(text: str) -> Decimal:
    """Return the number of a cell of the sample portal: digits, with a sign or a unit."""
    return Decimal(text.replace("万元", "").replace("增", "+").replace("减", "-"))


def as_drawn(text: str, random: Random) -> tuple[str, bool]:
    """Leaves a cell as it is."""
    return text, True


def decorated(text: str, random: Random) -> tuple[str, bool]:
    """Print a few cells in full-width digits or with thousands separators."""
    unit = "万元" if text.endswith("万元") else ""
    plain = text.removesuffix(unit)
    if random.random() < 0.2:
        return plain.translate(_FULL_WIDTH) + unit, True
    if random.random() < 0.5 and plain.replace(".", "").isdigit():
        return f"{Decimal(plain):,}" + unit, True
    return text, True


def sparse(*marks: str, share: float = 0.1) -> Printer:
    """Return a printer that puts a mark for "no number" into a share of the cells."""

    def printer(text: str, random: Random) -> tuple[str, bool]:
        return (random.choice(marks), False) if random.random() < share else (text, True)

    return printer


def with_units(text: str, random: Random) -> tuple[str, bool]:
    """Print a few counts with the unit behind them."""
    return (text + random.choice(("件", " 件", "条")) if text.isdigit() and random.random() < 0.2 else text), True


def zeros_blank(text: str, random: Random) -> tuple[str, bool]:
    """Leaves zeros out, as many offices do."""
    return ("", False) if text == "0" else (text, True)


def print_report(year: int, seed: int, printer: Printer) -> Printed:
    """Make a random report of a year with every cell as the printer puts it."""
    figures = make_figures(COUNTY, year, seed)
    random = Random(seed)
    tables: dict[str, dict[tuple[str, ...], str]] = {}
    expected: Expected = {}
    for name, cells in _cells(figures).items():
        tables[name] = {}
        for key, text in cells.items():
            printed, is_number = printer(text, random)
            tables[name][key] = printed
            expected[name, *key] = number_of(text) if is_number else None
    return Printed(
        TITLE.format(agency=figures.agency, year=year),
        compose_around(figures, tables),
        expected,
    )


def misprint(printed: Printed, random: Random) -> Printed:
    """Misprint labels and headings as offices do."""
    return replace(printed, parts=[_misprinted_part(part, random) for part in printed.parts])


def _misprinted_part(part: Part, random: Random) -> Part:
    if isinstance(part, Table):
        return replace(part, cells=tuple(_misprinted_cell(cell, random) for cell in part.cells))
    return Heading(_misprinted_label(part.text, random)) if isinstance(part, Heading) else part


def _misprinted_cell(cell: Cell, random: Random) -> Cell:
    return replace(cell, text=_misprinted_label(cell.text, random)) if cell.kind == "label" else cell


def _misprinted_label(label: str, random: Random) -> str:
    """Return a label as it is or misprinted: other words, other quotes, other numbering or none."""
    for words, others in _MISPRINTS:
        if label.endswith(words) and random.random() < 0.5:
            label = label.removesuffix(words) + random.choice(others)
    label = label.replace("“三安全一稳定”", random.choice(_QUOTES).format("三安全一稳定"))
    for pattern, forms in _NUMBERING:
        if match := pattern.match(label):
            label = random.choice(forms).format(match[1]) + label[match.end() :]
    return label


def _cells(figures: Figures) -> dict[str, dict[tuple[str, ...], str]]:
    if figures.edition == "32号":
        return {"indicators": {(code,): text for code, text in figures.indicators.items()}}
    return {
        "disclosures": {tuple(key): text for key, text in figures.disclosures.items()},
        "requests": {tuple(key): text for key, text in figures.requests.items()},
        "proceedings": {tuple(key): text for key, text in figures.proceedings.items()},
    }


def compose_around(figures: Figures, tables: Mapping[str, Mapping[tuple[str, ...], str]]) -> list[Part]:
    """Compose a report whose prose tells the figures as drawn and whose tables print other texts."""
    if "indicators" in tables:
        printed = replace(figures, indicators={key[0]: text for key, text in tables["indicators"].items()})
    else:
        printed = replace(
            figures,
            disclosures={(key[0], key[1], key[2]): text for key, text in tables["disclosures"].items()},
            requests={(key[0], key[1]): text for key, text in tables["requests"].items()},
            proceedings={(key[0], key[1]): text for key, text in tables["proceedings"].items()},
        )
    published_on = date(figures.year + 1, 1, 20)
    told, drawn = compose(figures, published_on), compose(printed, published_on)
    return [cells if isinstance(cells, Table) else text for text, cells in zip(told, drawn, strict=True)]
