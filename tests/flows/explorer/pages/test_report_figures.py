"""Every figure of whole warehouses is on the page of its report as printed: the sample portal's, and real ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from tests.flows.explorer.pages.read_page import by_id, inner_links, page, pages_on
from tests.support.fixtures import Crawled
from tests.support.paths import SHARED
from tests.support.warehouse.place import make_place
from transforms.forms.layout import code_columns
from transforms.rows import figure_name
from warehouse.query.query import connect, run

REAL = SHARED / "real"


def _warehouses(request: pytest.FixtureRequest) -> Path:
    """Return the warehouse that a test asks for."""
    if request.param == "sample":
        crawled: Crawled = request.getfixturevalue("crawled")
        return crawled.place.warehouse
    if not REAL.exists():
        pytest.skip("the real reports are not here (../shared/real)")
    place = make_place(request.getfixturevalue("tmp_path_factory").mktemp("real") / "data", "http://127.0.0.1:9")
    files = sorted(path for path in REAL.glob("*.*") if path.suffix != ".json")
    place.ingest(*files, jurisdiction="CN-371003")
    return place.warehouse


@pytest.fixture(scope="module", params=["sample", "real"])
def pages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, TestClient]]:
    warehouse = _warehouses(request)
    with pages_on(warehouse, tmp_path_factory.mktemp("index")) as client:
        yield warehouse, client


def _printed(warehouse: Path) -> dict[str, dict[str, str]]:
    """Return the printed text of each figure by report, and its place on the page."""
    found: dict[str, dict[str, str]] = {}
    with connect(warehouse) as connection:
        for (report_id,) in run(connection, "SELECT report_id FROM reports").rows:
            found[str(report_id)] = {}
        for table, columns in code_columns().items():
            result = run(connection, f"SELECT report_id, raw, {', '.join(columns)} FROM {table}")
            for row in (dict(zip(result.columns, values, strict=True)) for values in result.rows):
                found[str(row["report_id"])][f"cell-{table}/{figure_name(table, row)}"] = str(row["raw"])
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_stands_on_the_page_of_its_report_as_printed(
    pages: tuple[Path, TestClient], language: str
) -> None:
    warehouse, client = pages
    printed = _printed(warehouse)
    assert sum(map(len, printed.values())) > 500
    for report_id, figures in printed.items():
        document = page(client, f"/{language}/reports/{report_id}/")
        found = by_id(document)
        links = {anchor: _link(found[anchor]) for anchor in figures}
        assert {anchor: (link.text or "").strip() for anchor, link in links.items()} == {
            anchor: raw.strip() for anchor, raw in figures.items()
        }
        shown = {anchor for anchor, cell in found.items() if anchor.startswith("cell-") and cell.xpath("./a[@target]")}
        assert shown == figures.keys()
        assert not [fragment for fragment in inner_links(document) if fragment not in found]


def _link(cell: html.HtmlElement) -> html.HtmlElement:
    (link,) = cell.xpath("./a[@target='source']")
    return link


def test_every_figure_told_in_prose_is_underlined_where_it_stands(pages: tuple[Path, TestClient]) -> None:
    warehouse, client = pages
    sql = """
    SELECT report_id, position, start, substring(text, start + 1, "end" - start)
    FROM statements JOIN sections USING (report_id, position)
    """
    with connect(warehouse) as connection:
        rows = run(connection, sql).rows
    assert rows
    documents = {report_id: by_id(page(client, f"/zh/reports/{report_id}/")) for report_id in {row[0] for row in rows}}
    for report_id, position, start, words in rows:
        assert documents[report_id][f"text-statement-{position}-{start}"].text == words
