"""The forms as they are printed: every figure once, cells without gap or overlap, the words where the form has them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.examples import examples
from tests.support.sample_portal import form
from tests.support.sample_portal.indicators import INDICATORS
from transforms.forms.layout import Key, Label, LabelBlock, TableLayout, layouts
from transforms.forms.printed_form import FormCell, FormRow, PrintedBlock, listed_table, printed_table
from transforms.forms.printed_words import Head, PrintedWords

TABLES = [(layout.edition, table) for layout in layouts() for table in layout.tables]
every_table = pytest.mark.parametrize(("edition", "table"), TABLES, ids=lambda value: getattr(value, "table", value))
TOTALS = {"applicant": "total"}


def _table(edition: str, name: str) -> TableLayout:
    return next(table for of, table in TABLES if (of, table.table) == (edition, name))


def _rows(blocks: list[PrintedBlock]) -> list[FormRow]:
    return [row for block in blocks for row in (*block.header, *block.body)]


def _keys(blocks: list[PrintedBlock]) -> list[Key]:
    return [cell.key for row in _rows(blocks) for cell in row if cell.key]


def _words(blocks: list[PrintedBlock]) -> set[str]:
    return {cell.words for row in _rows(blocks) for cell in row}


def _assert_filled(blocks: list[PrintedBlock]) -> None:
    """Assert that the cells fill a rectangle, placed as browsers place them: each in the first free column."""
    rows = _rows(blocks)
    width = sum(cell.columns for cell in rows[0])
    taken: dict[tuple[int, int], FormCell] = {}
    for at, row in enumerate(rows):
        for cell in row:
            column = next(free for free in range(width + 1) if (at, free) not in taken)
            places = [(at + down, column + right) for down in range(cell.rows) for right in range(cell.columns)]
            assert not taken.keys() & set(places)
            taken |= dict.fromkeys(places, cell)
    assert taken.keys() == {(at, column) for at in range(len(rows)) for column in range(width)}


@every_table
def test_each_figure_of_the_form_is_printed_once(edition: str, table: TableLayout) -> None:
    for blocks in (printed_table(table, table.keys), listed_table(table, table.keys, {})):
        assert sorted(_keys(blocks)) == sorted(table.keys)
        _assert_filled(blocks)


@settings(max_examples=examples(12), deadline=None)
@given(st.data())
@pytest.mark.parametrize(("edition", "table"), TABLES, ids=lambda value: getattr(value, "table", value))
def test_whatever_a_report_has_is_printed_and_what_it_lacks_has_its_place(
    edition: str, table: TableLayout, data: st.DataObject
) -> None:
    present = set(data.draw(st.lists(st.sampled_from(table.keys), unique=True)))
    for blocks in (printed_table(table, present), listed_table(table, present, {})):
        printed = _keys(blocks)
        assert len(printed) == len(set(printed))
        assert present | set(table.missing(present)) <= set(printed)
        _assert_filled(blocks)


@pytest.mark.parametrize("edition", ["60号", "30号"])
def test_one_column_of_a_table_can_be_listed(edition: str) -> None:
    table = _table(edition, "requests")
    blocks = listed_table(table, table.keys, TOTALS)
    assert _keys(blocks) == [key for key in table.keys if key[1] == "total"]
    _assert_filled(blocks)


def test_of_rows_that_stand_for_each_other_those_of_the_report_are_printed() -> None:
    table = _table("30号", "requests")
    three = {key for key in table.keys if key[0].startswith("other.")}
    one = {key for key in table.keys if key[0] == "other"}
    assert set(_keys(printed_table(table, set()))) == set(table.keys) - one
    assert set(_keys(printed_table(table, one))) == set(table.keys) - three
    assert set(_keys(printed_table(table, one | three))) == set(table.keys)


@pytest.mark.parametrize("edition", ["60号", "30号"])
def test_heads_are_those_that_agencies_print(edition: str) -> None:
    requests = _words(printed_table(_table(edition, "requests"), set()))
    titles = {form.CORNER, form.APPLICANTS_TITLE, form.ORGANISATIONS_TITLE, form.RESULTS_TITLE}
    groups = form.OUTCOMES_30 if edition == "30号" else form.OUTCOMES_60
    assert titles | {group.title for group in groups if group.title} <= requests
    articles = form.DISCLOSURES_30 if edition == "30号" else form.DISCLOSURES_60
    assert {"信息内容", *(article.title for article in articles)} <= _words(
        printed_table(_table(edition, "disclosures"), set())
    )
    channels = {form.RECONSIDERATION_TITLE, form.LITIGATION_TITLE, *(title for _, title in form.LITIGATIONS)}
    assert channels <= _words(printed_table(_table(edition, "proceedings"), set()))


def test_chapters_of_the_statistics_table_stand_before_their_rows() -> None:
    blocks = printed_table(_table("32号", "indicators"), set())
    assert [row[0].words for row in _rows(blocks)] == ["统计指标", *(indicator.label for indicator in INDICATORS)]
    assert [row[1].words for row in blocks[0].body if len(row) > 1] == [row.unit for row in INDICATORS if row.code]


def test_a_code_that_a_head_tells_is_not_repeated_by_its_labels() -> None:
    cells = [cell for row in printed_table(_table("30号", "proceedings"), set())[0].header for cell in row]
    told = [(cell.words, cell.codes) for cell in cells]
    assert ("未经复议直接起诉", {"channel": "litigation_direct"}) in told
    assert told.count(("结果维持", {"result": "upheld"})) == 3


def test_heads_that_head_nothing_are_refused() -> None:
    words = PrintedWords(beside=(Head(words="三、本年度办理结果", over=("granted",)),))
    with pytest.raises(ValidationError, match="三、本年度办理结果 heads no label"):
        LabelBlock(columns=(Label(labels=("总计",), codes={"applicant": "total"}),), printed=words)
