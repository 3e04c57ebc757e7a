"""A county's portal on loopback with real reports of its government and its departments, for whole crawls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from extractors.portals.portal import Portal, Years
from flows.settings import Settings
from tests.support.portals.server import SimulatedPortal, page
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.prose import compose
from tests.support.servers.scripted import Answer
from tests.support.warehouse.place import Place

COUNTY = "甲子县"
GOVERNMENT = "甲子县人民政府"
YEARS = Years.model_validate({"from": 2018, "to": 2024})


class County(SimulatedPortal):
    """One list of reports at `column`; a test adds entries and decides what their pages answer."""

    def __init__(self) -> None:
        super().__init__("/zwgk/nb/", [])
        self.listed: list[tuple[str, str, date]] = []
        self.foot = ""
        self.serve(self.list_path, lambda _: Answer(self.list_page()))

    def list_page(self) -> str:
        rows = (
            f'<li><a href="{path}" title="{title}">{title}</a><span>{day}</span></li>'
            for path, title, day in self.listed
        )
        return page(f"<ul>{''.join(rows)}</ul>{self.foot}")

    def add(self, agency: str, year: int, answer: Answer | str | bytes | None = None) -> str:
        """List a report and put its page there, or what answers in its place; the path of the page."""
        day = date(year + 1, 3, 1 + len(self.listed) % 28)
        path = f"{self.list_path}{day:%Y%m}/t{day:%Y%m%d}_{1000 + len(self.listed)}.html"
        self.listed.append((path, f"{agency}{year}年政府信息公开工作年度报告", day))
        self.serve(path, report_page(agency, year) if answer is None else answer)
        return path

    def place(self, root: Path) -> Place:
        """Return an empty data root for crawls of this portal."""
        settings = Settings(data_root=root, allow_private_hosts=frozenset({self.authority}), backoff=0.01, retries=0)
        return Place(self.file(), settings)

    def file(self) -> Portal:
        """Return the portal's file."""
        return Portal(
            id="jiazi",
            name=GOVERNMENT,
            jurisdiction="CN-990101",
            homepage=f"{self.url}/",
            list_pages=(self.url + self.list_path,),
            dialect="generic_list",
            divisions={COUNTY: "CN-990101"},
            delay=0.0,
            years=YEARS,
        )


def report_page(agency: str, year: int, seed: int = 1, inner: str | None = None) -> str:
    """Return the page of a report with figures by agency, year and seed, or with `inner` in their place."""
    figures = replace(make_figures(COUNTY, year, seed), agency=agency)
    day = date(year + 1, 3, 20)
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return render_article(title, agency, day, inner or render_parts(compose(figures, day)))
