"""The form filled in: the edition of each table, and no figure dropped."""

from __future__ import annotations

import pytest

from flows.explorer.reports.editions import followed
from flows.explorer.reports.figures import Figure, figures_of, written
from flows.explorer.reports.findings import SIGNS, by_anchor, findings_of
from flows.explorer.reports.form import FilledTable, filled_tables
from tests.support.warehouse.rows import finding, indicator, request
from transforms.forms.layout import layouts
from warehouse.schema import Row, load_tables, report_tables


def _rows(**tables: list[Row]) -> dict[str, list[Row]]:
    """Return rows as the warehouse gives them: with all columns."""
    columns = {table.name: [column.name for column in table.columns] for table in report_tables()}
    return {name: [{**dict.fromkeys(columns[name]), **row} for row in tables.get(name, [])] for name in columns}


def _shown(filled: FilledTable) -> list[Figure]:
    """Return every figure that a table shows."""
    keys = [cell.key for block in filled.blocks for row in block.body for cell in row if cell.key]
    return [*(filled.figures[key] for key in keys if key in filled.figures), *filled.outside]


@pytest.mark.parametrize("layout", ["30号", "60号", "60号+30号", "32号", "30", None])
def test_every_figure_of_a_report_is_shown_once_whatever_its_form(layout: str | None) -> None:
    outcomes = next(column.values for column in load_tables()["requests"].columns if column.name == "outcome")
    rows = _rows(
        requests=[request("r", outcome) for outcome in outcomes],
        indicators=[indicator("r", "items_published"), indicator("r")],
    )
    figures = figures_of(rows)
    shown = [figure for filled in filled_tables(layout, figures) for figure in _shown(filled)]
    assert len(shown) == len(rows["requests"]) + len(rows["indicators"])
    assert {id(figure) for figure in shown} == {id(figure) for own in figures.values() for figure in own.values()}


def test_figures_outside_the_form_are_in_the_order_of_their_numbers() -> None:
    rows = _rows(indicators=[indicator("r", f"local.{number}") for number in (1, 10, 2)])
    (filled,) = filled_tables(None, figures_of(rows))
    assert filled.form is None
    assert [figure.name for figure in filled.outside] == ["local.1", "local.2", "local.10"]


def test_a_form_whose_table_is_missing_has_nothing_to_fill_in() -> None:
    filled = {each.table: each for each in filled_tables("30号", figures_of(_rows(requests=[request("r")])))}
    assert [*filled] == ["disclosures", "requests", "proceedings"]
    assert not filled["disclosures"].blocks
    assert "cell-requests/received/total" in filled["requests"].anchors
    assert "cell-requests/granted/business" in filled["requests"].anchors
    assert not filled["proceedings"].anchors


def test_where_editions_are_mixed_each_table_follows_that_of_its_figures() -> None:
    editions = {layout.edition: {table.table: table.keys for table in layout.tables} for layout in layouts()}
    mixed = {"disclosures": editions["30号"]["disclosures"], "requests": editions["60号"]["requests"]}
    found = {table: each.edition.edition for table, each in followed("60号+30号", mixed).items()}
    assert found == {"disclosures": "30号", "requests": "60号", "proceedings": "60号"}


def test_units_are_those_printed_or_those_that_the_table_declares() -> None:
    rows = _rows(requests=[request("r")], indicators=[indicator("r", "fees_charged", unit="元")])
    figures = figures_of(rows)
    assert [figure.unit for own in figures.values() for figure in own.values()] == ["件", "元"]


def test_a_blank_has_no_number_but_that_which_sums_force() -> None:
    blank = request("r", value=None, raw=" ", state="blank", implied="3.0000")
    (figure,) = figures_of(_rows(requests=[blank]))["requests"].values()
    assert (figure.value, written(figure.number), figure.raw) == (None, "3", " ")


def test_findings_are_numbered_from_the_worst_and_known_by_their_cells() -> None:
    rows = _rows(
        findings=[
            finding("r", check="low_confidence", severity="info", cells=[]),
            finding("r", check="row_total", severity="error", cells=["total/total", "granted/total"]),
        ]
    )
    worst, other = findings_of(rows["findings"])
    assert (worst.check, worst.sign, other.sign) == ("row_total", f"{SIGNS['error']}1", f"{SIGNS['info']}2")
    assert by_anchor([worst, other]) == {
        "cell-requests/total/total": [worst],
        "cell-requests/granted/total": [worst],
    }
