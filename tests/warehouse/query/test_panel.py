"""The panel that is read of a warehouse, against the country that was published."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.support.panels.country import Country, simulate
from tests.support.panels.rows import publish_country
from tests.support.panels.source import Source, source_of
from tests.support.warehouse.rows import HERE, disclosure, finding, report, request
from transforms.panel_checks.declared import figures, scope
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish
from warehouse.query.panel import PanelTables, open_panel
from warehouse.query.query import QueryError
from warehouse.storage.store import Folder

NOTHING = "requests_carried_over"


@pytest.fixture(scope="module")
def country() -> Country:
    return simulate(1, 4)


@pytest.fixture(scope="module")
def panel(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PanelTables]:
    warehouse = tmp_path_factory.mktemp("warehouse")
    publish_country(warehouse, country)
    with open_panel(Folder(warehouse), figures(), scope().wording, [NOTHING], _silent) as panel:
        yield panel


def _silent(table: str, done: int, total: int) -> None:
    """Show nothing."""


def whole(panel: PanelTables | Source, table: str) -> pd.DataFrame:
    frames: list[pd.DataFrame] = [getattr(panel, table)(area) for area in panel.areas()]
    return pd.concat(frames, ignore_index=True)


def test_every_report_has_its_figures(panel: PanelTables, country: Country) -> None:
    read, expected = (whole(source, "reports").set_index("report_id") for source in (panel, source_of(country)))
    assert set(read.columns) == set(expected.columns)
    assert len(read) == len(country.reports)
    expected = expected.reindex(read.index)
    pd.testing.assert_frame_equal(
        read.drop(columns="signature"), expected.drop(columns="signature")[read.columns.drop("signature")]
    )
    one, other = (frame.groupby("signature").ngroup() for frame in (read, expected))
    assert one.groupby(other).nunique().max() == 1
    assert one.nunique() == other.nunique()


def test_scopes_are_the_sentences_that_say_so(panel: PanelTables, country: Country) -> None:
    read = whole(panel, "scopes").set_index("report_id")["sentence"]
    assert set(read.index) == set(country.scopes["report_id"])
    assert set(read) == {"汇总各镇（乡）、县直各部门政府信息公开工作情况编制而成"}


def test_a_blank_is_unknown_and_a_value_may_be_large_or_negative(tmp_path: Path) -> None:
    large = 3_000_000_000_000
    rows = {
        "reports": [report("a-2024", agency_id=None)],
        "requests": [
            request("a-2024", value=large),
            request("a-2024", "carried_in", value=None, raw="", state="blank"),
            request("a-2024", "carried_out", value=None, raw="", state="blank", implied=Decimal(5)),
        ],
        "disclosures": [disclosure("a-2024", measure="change", value=Decimal(-3), raw="-3")],
        "findings": [finding("a-2024", check=NOTHING), finding("a-2024", check="row_total", message="other")],
    }
    publish(tmp_path, HERE, rows)
    states = {"blocked": "x", "published": "y", "not_published": "z"}
    covered = {"portal": "p", "since": rows["reports"][0]["first_seen"], "reason": None, "url": None}
    listed = [{**covered, "agency_id": body, "state": state, "list_complete": True} for state, body in states.items()]
    publish_coverage(tmp_path, HERE, "p", lambda _: listed)
    with open_panel(Folder(tmp_path), figures(), scope().wording, [NOTHING], _silent) as panel:
        (read,) = whole(panel, "reports").to_dict("records")
        told, gaps = whole(panel, "told"), whole(panel, "gaps")
    assert read["agency_id"] == "a"
    assert (read["received"], read["carried_out_total"], read["above_zero"]) == (large, 5, 2)
    assert pd.isna(read["carried_in_total"])
    assert pd.isna(read["reconsiderations"])
    assert told[["report_id", "check"]].values.tolist() == [["a-2024", NOTHING]]
    assert gaps[["year", "agency_id"]].values.tolist() == [[HERE.year, "x"]]


def test_an_empty_warehouse_names_the_remedy(tmp_path: Path) -> None:
    with (
        pytest.raises(QueryError, match="no tables under"),
        open_panel(Folder(tmp_path), figures(), scope().wording, [], _silent),
    ):
        pass


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a-2024")]})
    next(tmp_path.glob("reports/*/*/data.parquet")).write_bytes(b"torn")
    with (
        pytest.raises(QueryError, match=r"data\.parquet|Parquet"),
        open_panel(Folder(tmp_path), figures(), scope().wording, [], _silent),
    ):
        pass
