"""Reports of a county whose clerks call one body by many names: in the list, in the title, and where they sign."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from tests.support.portals.server import Item
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.page import render_parts
from tests.support.sample_portal.prose import compose

COUNTY = "甲子县"
YEARS = (2022, 2021)
BODIES = {
    "甲子县人民政府": (("甲子县", "甲子县人民政府", "甲子县人民政府"), ("甲子县政府", "甲子县", "甲子县人民政府")),
    "甲子县人民政府办公室": (
        ("县政府办公室", "甲子县人民政府办公室", "甲子县人民政府办公室"),
        ("甲子县政府办公室", "县政府办公室", "甲子县人民政府办公室"),
    ),
    "甲子县教育局": (("教育局", "县教育局", "甲子县教育局"), ("县教育局", "甲子县教育局", "甲子县教育局")),
    "甲子县卫生健康局": (
        ("县卫健局", "甲子县卫生健康局", "甲子县卫健局"),
        ("甲子县卫健局", "县卫生健康局", "甲子县卫生健康局"),
    ),
    "甲子县丁卯镇人民政府": (
        ("丁卯镇", "甲子县丁卯镇", "丁卯镇人民政府"),
        ("丁卯镇人民政府", "甲子县丁卯镇人民政府", "丁卯镇人民政府"),
    ),
    "甲子县戊辰街道办事处": (
        ("戊辰街道", "戊辰街道办事处", "戊辰街道办事处"),
        ("甲子县戊辰街道", "甲子县戊辰街道办事处", "戊辰街道办"),
    ),
}
"""Each body by its canonical name: for each year what the list calls it, the title, and the signature."""

_OTHERS = 18
"""Entries of a list for each report that are none."""


@dataclass(frozen=True, slots=True)
class Published:
    """One report as an entry of a list, with the body and the year that it belongs to."""

    item: Item
    body: str
    year: int
    title: str
    signature: str


def published() -> list[Published]:
    """Return a report of each body for each year, the latest first."""
    found: list[Published] = []
    for names, year in enumerate(YEARS):
        for body, spellings in BODIES.items():
            listed, title, signature = spellings[names]
            number = 1000 + 50 * len(found)
            item = Item(number, _title(listed, year, len(found)), date(year + 1, 3, 1 + len(found)))
            found.append(Published(item, body, year, _title(title, year, len(found) + 1), signature))
    return found


def listed() -> list[Item]:
    """Return what the list shows: reports among so many other entries that every portal has several pages."""
    items = []
    for report in published():
        others = (
            replace(report.item, number=report.item.number + at, title=f"关于第{at}号事项的通知")
            for at in range(1, 1 + _OTHERS)
        )
        items += [report.item, *others]
    return items


@cache
def article(item: Item) -> str:
    """Return the article of an entry: a whole report, or a notice."""
    report = next((report for report in published() if report.item == item), None)
    if report is None:
        return f"<h1>{item.title}</h1><p>特此通知。</p>"
    seed = 1 + list(BODIES).index(report.body)
    figures = replace(make_figures(COUNTY, report.year, seed), agency=report.signature)
    inner = render_parts(compose(figures, item.day))
    return f'<h1>{report.title}</h1><div id="zoom" class="TRS_Editor">{inner}</div>'


def _title(name: str, year: int, form: int) -> str:
    forms = (
        f"{name}{year}年政府信息公开工作年度报告",
        f"{year}年{name}政府信息公开年度报告",
        f"{name}{year}年度政府信息公开工作年度报告",
    )
    return forms[form % len(forms)]
