"""Wide panels, beside the wide views in SQL."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.example_answers import publish_examples
from tests.support.warehouse.rows import HERE, indicator, report_of, request
from warehouse.frames import Warehouse
from warehouse.paths import Partition
from warehouse.publish.write import publish
from warehouse.query.query import QueryError, connect, run

OUTCOMES = ("received", "granted", "refused.state_secret", "total")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    root = tmp_path_factory.mktemp("warehouse")
    publish_examples(root)
    return Warehouse(root)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, dict[tuple[str, str], int | None]]:
    values = st.none() | st.integers(0, 9)
    keys = st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(["natural_person", "total"]))
    return draw(st.dictionaries(st.sampled_from("abc"), st.dictionaries(keys, values, max_size=4), min_size=1))


@settings(max_examples=examples(4), deadline=None)
@given(figures())
def test_a_panel_is_the_wide_view(drawn: dict[str, dict[tuple[str, str], int | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for year, (name, of_body) in enumerate(drawn.items(), 2019):
            rows = [request(f"{name}-{year}", *codes, value=value) for codes, value in of_body.items()]
            publish(
                Path(folder),
                Partition(HERE.jurisdiction, year),
                {"reports": [report_of(name, year)], "requests": [dict(row) for row in rows]},
            )
        panel = Warehouse(folder).panel("requests")
        with connect(Path(folder)) as connection:
            wide = run(connection, "FROM requests_wide ORDER BY report_id")
    assert list(panel.columns) == wide.columns[4:]
    assert set(map(str, panel.dtypes)) == {"Int64"}
    assert list(panel.index) == [(str(row[2])[0], row[1]) for row in wide.rows]
    found = [[None if value is pd.NA else value for value in row] for row in panel.itertuples(index=False)]
    assert found == [list(row[4:]) for row in wide.rows]


@pytest.mark.parametrize(("table", "view"), [("requests", "申请宽表"), ("disclosures", "主动公开宽表")])
def test_a_panel_in_chinese_has_the_names_of_the_chinese_view(warehouse: Warehouse, table: str, view: str) -> None:
    names = list(warehouse.sql(f"FROM {view} LIMIT 0").columns)
    assert list(warehouse.panel(table, index="report_id", labels="zh").columns) == names[4:]
    english = warehouse.panel(table, index="report_id", labels="en").columns
    assert len(set(english)) == len(names[4:])
    assert ("received, total" if table == "requests" else "fee, fee amount") in english


def test_a_panel_has_the_figures_and_reports_that_its_conditions_leave(tmp_path: Path) -> None:
    for year in (2023, 2024):
        reports = [report_of("gov", year, agency_kind="government"), report_of("dep", year, agency_kind="department")]
        rows = [request(f"{name}-{year}", outcome) for name in ("gov", "dep") for outcome in OUTCOMES]
        publish(tmp_path, Partition(HERE.jurisdiction, year), {"reports": reports, "requests": rows})
    reports = [report_of("gov", 2022, agency_kind="government", status="narrative_only")]
    publish(tmp_path, Partition(HERE.jurisdiction, 2022), {"reports": reports})
    warehouse = Warehouse(tmp_path)
    words: dict[str, Any] = {"index": ["jurisdiction", "year"], "outcome": ["granted*", "total"], "applicant": "total"}
    panel = warehouse.panel("requests", agency_kind="government", **words)
    assert list(panel.columns) == ["granted__total", "granted_in_part__total", "total__total"]
    assert list(panel.index.get_level_values("year")) == [2022, 2023, 2024]
    assert panel["granted__total"].to_list() == [pd.NA, 7, 7]
    assert panel["granted_in_part__total"].isna().all()
    assert str(panel["granted_in_part__total"].dtype) == "Int64"
    with pytest.raises(QueryError) as caught:
        warehouse.panel("requests", **words)
    assert str(caught.value) == (
        "several reports have the same jurisdiction, year: CN-371003, 2023 (dep-2023, gov-2023), "
        "CN-371003, 2024 (dep-2024, gov-2024); "
        "add columns to the index, such as agency_id, or conditions, such as agency_kind='government'"
    )


def test_panels_of_every_table_of_figures(warehouse: Warehouse) -> None:
    for table in ("disclosures", "indicators", "proceedings", "requests"):
        panel = warehouse.panel(table, index=["report_id", "agency"])
        assert list(panel.index.names) == ["report_id", "agency"]
        assert len(panel) == len(warehouse.read("reports"))
    assert "reconsideration__upheld" in warehouse.panel("proceedings", index="report_id")
    assert len(warehouse.panel("requests", jurisdiction="CN-370000")) == 0


def test_rows_of_local_tables_stand_in_no_panel(tmp_path: Path) -> None:
    rows = [indicator("a-2015", "local.1"), indicator("a-2015", "applications.received")]
    publish(tmp_path, Partition(HERE.jurisdiction, 2015), {"reports": [report_of("a", 2015)], "indicators": rows})
    panel = Warehouse(tmp_path).panel("indicators")
    assert panel.to_dict("list") == {"applications_received": [585.0]}
