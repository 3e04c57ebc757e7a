from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import DeclarationError
from tests.support.warehouse.rows import disclosure, finding, report, request, rows_of
from warehouse import schema
from warehouse.arrow_types import arrow_type
from warehouse.publish.row_validation import validate
from warehouse.schema import full_schema, load_tables, read_table, report_tables


def test_all_tables_of_the_contract_are_declared() -> None:
    partitioned = {name for name, table in load_tables().items() if table.partitioned}
    assert partitioned == {
        "reports", "disclosures", "requests", "proceedings", "indicators", "sections", "statements", "findings",
        "coverage", "panel_findings",
    }  # fmt: skip
    assert set(load_tables()) - partitioned == {"jurisdictions", "agencies", "codebook"}
    assert {table.name for table in report_tables()} == partitioned - {"coverage", "panel_findings"}


def test_included_columns_follow_the_own_ones() -> None:
    names = [column.name for column in load_tables()["requests"].columns]
    assert names[:5] == ["report_id", "outcome", "applicant", "value", "raw"]
    assert names[-1] == "confidence"


def test_arrow_schema_carries_types_nullability_and_descriptions() -> None:
    schema = load_tables()["disclosures"].arrow_schema
    assert schema.field("value").type == pa.decimal128(20, 4)
    assert schema.field("value").nullable
    assert not schema.field("report_id").nullable
    assert schema.field("bbox").type == pa.list_(pa.float64())
    assert schema.field("value").metadata[b"zh"].decode() == "数值"
    assert load_tables()["reports"].arrow_schema.field("first_seen").type == pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize("name", ["text", "decimal(4,5)", "decimal(39,0)", "decimal(0,0)", "list(list(string))", ""])
def test_unknown_types_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown type"):
        arrow_type(name)


def declaration(**changes: object) -> dict[str, object]:
    column = {"name": "report_id", "type": "string", "nullable": False, "zh": "报告", "en": "report"}
    table = {"name": "things", "zh": "物", "en": "things", "key": ["report_id"], "sort": [], "columns": [column]}
    return {**table, **changes}


COLUMN = {"name": "report_id", "type": "string", "zh": "报告", "en": "report"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"columns": [COLUMN, COLUMN]}, "declared twice: report_id"),
        ({"key": ["report_id", "nothing"]}, "names no column: nothing"),
        ({"sort": ["nowhere"]}, "names no column: nowhere"),
        ({"columns": [COLUMN, {**COLUMN, "name": "year"}]}, "the path carries year"),
        ({"key": []}, "the key must name columns, including report_id"),
        ({"owner": "portal"}, "the key must name columns, including portal"),
        ({"columns": [COLUMN, {**COLUMN, "name": "x", "type": "text"}]}, "unknown type text"),
        ({"columns": [COLUMN, {**COLUMN, "name": "x", "type": "int64", "values": ["1"]}]}, "must be string"),
        ({"columns": [{**COLUMN, "unit_in": "unit"}]}, "unit_in names no column: unit"),
        ({"colour": "red"}, "colour"),
        ({"includes": ["missing"]}, "no such file"),
        ({"name": "others"}, "name the file others.yml"),
    ],
)
def test_faulty_declarations_are_refused_in_one_line(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    path = tmp_path / "things.yml"
    path.write_text(yaml.safe_dump(declaration(**changes)), encoding="utf-8")
    with pytest.raises(DeclarationError, match=reason) as caught:
        read_table(path)
    assert str(caught.value).startswith(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_reference_to_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "things.yml"
    path.write_text(yaml.safe_dump(declaration(columns=[{**COLUMN, "references": "bodies.body"}])), encoding="utf-8")
    monkeypatch.setattr(schema, "TABLES_FOLDER", tmp_path)
    with pytest.raises(DeclarationError, match=r"things.yml: references names no column: bodies.body"):
        load_tables.__wrapped__()


def test_readers_see_the_keys_before_the_columns() -> None:
    names = full_schema(load_tables()["reports"]).names
    assert names[:3] == ["jurisdiction", "year", "report_id"]
    assert full_schema(load_tables()["codebook"]).equals(load_tables()["codebook"].arrow_schema)


def test_every_number_of_a_figure_has_a_unit() -> None:
    values = {
        name: column for name, table in load_tables().items() for column in table.columns if column.name == "value"
    }
    assert len(values) == 5
    assert all(bool(column.unit) != bool(column.unit_in) for column in values.values())


def test_example_rows_fit() -> None:
    tables = load_tables()
    for name, row in {
        "reports": report("a"),
        "requests": request("a"),
        "disclosures": disclosure("a"),
        "findings": finding("a"),
    }.items():
        assert validate(tables[name], row) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"colour": 1}, "colour is no column of reports"),
        ({"agency": None}, "agency is missing"),
        ({"agency": 5}, "agency must be string, not 5"),
        ({"agency": "\ud800"}, "agency must be valid Unicode"),
        ({"status": "done"}, "status has no code 'done'"),
        ({"published_on": datetime(2025, 1, 1, tzinfo=UTC)}, "published_on must be date"),
        ({"published_on": "2025-01-01"}, "published_on must be date"),
        ({"first_seen": datetime(2025, 1, 1)}, "first_seen must be a timestamp with a time zone"),  # noqa: DTZ001, RUF100
        ({"first_seen": date(2025, 1, 1)}, "first_seen must be a timestamp with a time zone"),
    ],
)
def test_reasons_for_reports(changes: dict[str, object], reason: str) -> None:
    reasons = validate(load_tables()["reports"], report("a", **changes))
    assert len(reasons) == 1
    assert reasons[0].startswith(reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 12}, "value must be a finite Decimal, not 12"),
        ({"value": Decimal("NaN")}, "value must be a finite Decimal"),
        ({"value": Decimal("0.00001")}, "value would lose digits"),
        ({"value": Decimal("1E+16")}, "value would lose digits"),
        ({"page": 2**31}, "page must be int32"),
        ({"page": True}, "page must be int32, not True"),
        ({"bbox": "1,2,3,4"}, "bbox must be a list"),
        ({"bbox": [1.0, None]}, "bbox holds an item that must be a finite double"),
        ({"confidence": float("nan")}, "confidence must be a finite double"),
        ({"confidence": False}, "confidence must be a finite double"),
    ],
)
def test_reasons_for_figures(changes: dict[str, object], reason: str) -> None:
    reasons = validate(load_tables()["disclosures"], disclosure("a", **changes))
    assert len(reasons) == 1
    assert reasons[0].startswith(reason)


def test_reasons_for_flags_and_large_counts() -> None:
    assert validate(load_tables()["requests"], request("a", value=2**63)) == [f"value must be int64, not {2**63}"]
    assert "approximate must be bool, not 1" in validate(load_tables()["statements"], {"approximate": 1})


@settings(deadline=None)  # the first example waits for what is cached afterwards
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_accepted_exactly_if_arrow_keeps_it(value: Decimal) -> None:
    reasons = validate(load_tables()["disclosures"], disclosure("a", value=value))
    try:
        kept = pa.scalar(value, pa.decimal128(20, 4)).as_py() == value
    except pa.ArrowInvalid:
        kept = False
    assert (not reasons) == kept


@given(
    st.sampled_from(sorted(load_tables())).flatmap(lambda name: rows_of(load_tables()[name]).map(lambda r: (name, r)))
)
def test_whatever_fits_goes_into_arrow(named: tuple[str, dict[str, object]]) -> None:
    name, row = named
    table = load_tables()[name]
    assert validate(table, row) == []
    data = pa.Table.from_pylist([row], schema=table.arrow_schema)
    data.validate(full=True)
    assert data.to_pylist() == [row]
