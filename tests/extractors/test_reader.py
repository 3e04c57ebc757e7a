"""The choice of the reader, and what is said of files that none reads."""

from __future__ import annotations

import pytest

from extractors.document import Block, Cell, Grid, Unreadable, union
from extractors.formats import ArchiveFormat
from extractors.page_numbers import is_page_number
from extractors.reader import read_documents, readers


def test_every_kind_has_one_reader() -> None:
    assert {"text/html", "text/plain", "application/pdf"} <= set(readers())
    assert [media_type for media_type, module in readers().items() if isinstance(module, ArchiveFormat)] == [
        "application/zip"
    ]


@pytest.mark.parametrize(
    ("body", "media_type", "method"),
    [
        ("<p>一、总体情况</p>".encode(), "text/html", "markup_grid"),
        ("一、总体情况".encode(), "text/plain", "text_flow"),
        ("一、总体情况，收到申请".encode("gbk"), "text/plain", "text_flow"),
    ],
)
def test_bytes_choose_the_reader(body: bytes, media_type: str, method: str) -> None:
    (document,) = read_documents(body)
    assert (document.media_type, document.method) == (media_type, method)
    assert [block.text[:6] for block in document.blocks()] == ["一、总体情况"]


def test_the_header_declares_the_encoding() -> None:
    (document,) = read_documents("模".encode("gbk"), "text/plain; charset=gb2312")
    assert [block.text for block in document.blocks()] == ["模"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the file is empty"),
        (b"  \r\n", "the file is empty"),
        (b"Rar!\x1a\x07\x00", r"no reader for application/vnd\.rar \(readable: .*application/pdf.*text/html"),
        (b'{"data": 1}', "no reader for application/json"),
        (b"\x00\x01" * 50, "no reader for application/octet-stream"),
        (b"%PDF-1.4 nothing", "broken or encrypted"),
        (b"<html><body></body></html>", "shows no text"),
    ],
)
def test_unreadable_files_say_why(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as raised:
        list(read_documents(body))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "line", ["- 12 -", "—5—", "－ 3 －", "– 4 –", "第3页", "第 3 页 共 9 页", "第3页，共10页", "3/10页"]
)
def test_page_numbers(line: str) -> None:
    assert is_page_number(line)


@pytest.mark.parametrize("line", ["12", "-3", "- -", "—", "第3页说明", "3/10", "2020-2021", "", "- 2020 -"])
def test_what_may_be_a_cell_is_no_page_number(line: str) -> None:
    assert not is_page_number(line)


def test_matrix_repeats_spanning_cells() -> None:
    grid = Grid(0, (Cell("a", 0, 0, row_span=2), Cell("b", 0, 1, column_span=2), Cell("c", 1, 1)))
    assert grid.shape == (2, 3)
    assert [[cell and cell.text for cell in row] for row in grid.matrix()] == [["a", "b", "b"], ["a", "c", None]]
    assert (Grid(1, ()).shape, Grid(1, ()).matrix(), union([])) == ((0, 0), [], None)
    assert Block("a").boxes == ()
