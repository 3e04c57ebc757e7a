"""An explorer on a data root, asked as a browser asks it; and what is marked on its pages, read without our code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote, urljoin
from zipfile import ZipFile

import pypdfium2
from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient
from httpx import Response

from extractors.archive.archive import Archive
from flows.explorer.application import create_application
from flows.explorer.evidence.figures import SourceFigure, source_figure
from flows.explorer.explorer import Explorer, open_explorer
from flows.explorer.guard import Guard
from flows.explorer.reports.published_report import PublishedReport, published_report
from flows.settings import Settings
from transforms.rows import figure_name
from warehouse.storage.store import open_store

HOST = "127.0.0.1:8321"
_STYLE = re.compile(r"(left|top|width|height):([\d.]+)%")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the source of a figure shows: the kind of it, and the text that is marked; None if nothing is."""

    kind: str
    marked: str | None


@dataclass(frozen=True, slots=True)
class Explored:
    """A running explorer and its client."""

    explorer: Explorer
    client: TestClient

    def get(self, path: str) -> Response:
        answer: Response = self.client.get(path, follow_redirects=False)
        return answer

    def reports(self) -> list[PublishedReport]:
        ids = self.explorer.index.frame("SELECT report_id FROM reports ORDER BY ALL")["report_id"]
        found = (published_report(self.explorer.index, self.explorer.warehouse, report) for report in ids)
        return [report for report in found if report]

    def shown(self, figure: SourceFigure) -> Shown:
        """Follow the page of a figure to what it shows."""
        answer = self.get(address(figure))
        assert answer.status_code == 200, answer.text
        page = BeautifulSoup(answer.text, "html.parser")
        frame, box = page.select_one("main > iframe.archived"), page.select_one("span#figure")
        if isinstance(frame, Tag):
            return Shown("page", self._in_frame(str(answer.url), str(frame["src"])))
        if isinstance(box, Tag):
            return Shown("picture", self._in_box(figure, page, str(box["style"])))
        marked = page.select("#figure, #figure ~ mark, p:has(> mark#figure) ~ p > mark")
        texts = [mark.get_text() for mark in page.select(".source-text:not(.chapter) mark")] if marked else []
        return Shown("text", "".join(texts) if texts else None)

    def _in_frame(self, page: str, source: str) -> str | None:
        path, _, mark = urljoin(page, source).partition("#")
        archived = BeautifulSoup(self.get(path).text, "html.parser")
        found = archived.find(id=mark) if mark else None
        return found.get_text() if found else None

    def _in_box(self, figure: SourceFigure, page: BeautifulSoup, style: str) -> str:
        """Return the text of the PDF in a box."""
        picture = page.select_one(".sheet img")
        assert picture is not None
        number = re.search(r"/(\d+)\.png", str(picture["src"]))
        assert number is not None
        body = _unpacked(Archive(open_store(self.explorer.settings.archive)).get(figure.report.text("capture_sha256")))
        with closing(pypdfium2.PdfDocument(body)) as document, closing(document[int(number[1]) - 1]) as sheet:
            share = {name: float(value) / 100 for name, value in _STYLE.findall(style)}
            left, right = (x * sheet.get_width() for x in (share["left"], share["left"] + share["width"]))
            top, bottom = ((1 - y) * sheet.get_height() for y in (share["top"], share["top"] + share["height"]))
            return str(sheet.get_textpage().get_text_bounded(left - 0.5, bottom - 0.5, right + 0.5, top + 0.5))


def _unpacked(body: bytes) -> bytes:
    """Return the PDF of an archive, or the PDF itself."""
    if not body.startswith(b"PK"):
        return body
    with ZipFile(BytesIO(body)) as archive:
        return next(archive.read(member) for member in archive.namelist() if member.endswith(".pdf"))


def address(figure: SourceFigure, language: str = "en") -> str:
    return f"/{language}/reports/{figure.report.text('report_id')}/source/{figure.table}/{quote(figure.name[1])}/"


def figures_of(report: PublishedReport) -> list[SourceFigure]:
    """All figures of a report, those in prose as well."""
    names = [(table, figure_name(table, row)) for table, row in report.figures()]
    names += [("statements", f"{row['position']}/{row['start']}") for row in report.rows["statements"]]
    found = (source_figure(report, table, cell) for table, cell in names)
    return [figure for figure in found if figure]


@contextmanager
def explored(settings: Settings, *, read_only: bool = False) -> Iterator[Explored]:
    with open_explorer(settings, read_only) as explorer:
        application = create_application(explorer, Guard(frozenset({HOST}), None))
        with TestClient(application, base_url=f"http://{HOST}") as client:
            yield Explored(explorer, client)
