from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.warehouse.rows import (
    HERE,
    MORNING,
    disclosure,
    finding,
    leftovers,
    partition_file,
    published_files,
    report,
    request,
)
from warehouse.publish.read import DamagedFile
from warehouse.publish.write import InvalidRow, Partition, StaleFile, publish, write_dimension
from warehouse.schema import Row, load_tables

EVENING = MORNING + timedelta(hours=12)


def stored(root: Path, table: str, partition: Partition = HERE) -> list[dict[str, object]]:
    with pq.ParquetFile(partition_file(root, table, partition)) as file:
        rows: list[dict[str, object]] = file.read().to_pylist()
    return rows


def stamps(root: Path) -> dict[str, tuple[int, bytes]]:
    return {name: ((root / name).stat().st_mtime_ns, data) for name, data in published_files(root).items()}


def test_a_report_is_replaced_with_all_its_rows_and_the_others_stay(tmp_path: Path) -> None:
    both = {
        "reports": [report("b"), report("a")],
        "requests": [request("b"), request("a", "granted"), request("a")],
        "findings": [finding("a")],
    }
    first = publish(tmp_path, HERE, both)
    assert first[-1].table == "reports"
    assert {change.table for change in first if change.written} == {"reports", "requests", "findings"}
    assert not partition_file(tmp_path, "disclosures", HERE).exists()

    second = publish(tmp_path, HERE, {"reports": [report("a", title="更正")], "requests": [request("a", value=8)]})
    assert [(row["report_id"], row["value"]) for row in stored(tmp_path, "requests")] == [("a", 8), ("b", 7)]
    assert [row["title"] for row in stored(tmp_path, "reports")] == ["更正", report("b")["title"]]
    assert stored(tmp_path, "findings") == []
    counts = {change.table: (change.rows_before, change.rows_after, change.written) for change in second}
    assert counts["requests"] == (3, 2, True)
    assert counts["findings"] == (1, 0, True)
    assert counts["indicators"] == (0, 0, False)


def test_files_are_sorted_compressed_described_and_without_partition_keys(tmp_path: Path) -> None:
    rows = [finding("a", severity="warning"), finding("a", check="z"), finding("a", table=None)]
    publish(tmp_path, HERE, {"reports": [report("a")], "findings": rows})
    assert [(row["severity"], row["check"], row["table"]) for row in stored(tmp_path, "findings")] == [
        ("error", "total_equals_parts", None),
        ("error", "z", "requests"),
        ("warning", "total_equals_parts", "requests"),
    ]
    with pq.ParquetFile(partition_file(tmp_path, "findings", HERE)) as file:
        assert file.metadata.row_group(0).column(0).compression == "SNAPPY"
        assert file.schema_arrow.equals(load_tables()["findings"].arrow_schema)
        assert file.schema_arrow.field("check").metadata[b"zh"].decode() == "核查项"
    assert leftovers(tmp_path) == []


def test_publishing_the_same_again_touches_no_file(tmp_path: Path) -> None:
    rows = {"reports": [report("a"), report("b")], "disclosures": [disclosure("a"), disclosure("b", value=None)]}
    publish(tmp_path, HERE, rows)
    before = stamps(tmp_path)
    changes = publish(tmp_path, HERE, {name: list(reversed(given)) for name, given in rows.items()})
    assert not any(change.written for change in changes)
    assert stamps(tmp_path) == before


def test_a_volatile_column_alone_is_no_change_and_keeps_its_old_value(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a"), report("b")]})
    before = stamps(tmp_path)
    publish(tmp_path, HERE, {"reports": [report("a", last_checked=EVENING)]})
    assert stamps(tmp_path) == before

    changed = [report("a", last_checked=EVENING), report("b", last_checked=EVENING, title="更正")]
    publish(tmp_path, HERE, {"reports": changed})
    assert [row["last_checked"] for row in stored(tmp_path, "reports")] == [MORNING, EVENING]


def test_partitions_are_apart(tmp_path: Path) -> None:
    other = Partition("CN-371003", 2023)
    publish(tmp_path, HERE, {"reports": [report("a")]})
    before = stamps(tmp_path)
    publish(tmp_path, other, {"reports": [report("a", title="2023")]})
    assert {**stamps(tmp_path), **before} == stamps(tmp_path)
    assert partition_file(tmp_path, "reports", other).parts[-3:] == (
        "jurisdiction=CN-371003",
        "year=2023",
        "data.parquet",
    )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"reports": [report("a")], "requests": [request("a", value="7")]}, "requests.*outcome='received'.*int64"),
        ({"reports": [report("a"), report("a", title="x")]}, "table reports, row report_id='a': another row"),
        ({"reports": [report("a")], "findings": [finding("a"), finding("a")]}, "another row has the same key"),
        ({"reports": [report("a")], "requests": [request("b")]}, "not among the reports being published"),
        ({"requests": [request("a")]}, "not among the reports being published"),
        ({"reports": [report("a", status="good")]}, "status has no code 'good'"),
        ({"reports": [{**report("a"), "report_id": None}]}, "report_id is missing"),
    ],
)
def test_an_invalid_row_leaves_everything_as_it_was(tmp_path: Path, rows: dict[str, list[Row]], reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason) as caught:
        publish(tmp_path / "new", HERE, rows)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new").exists()

    publish(tmp_path, HERE, {"reports": [report("a"), report("b")], "requests": [request("a"), request("b")]})
    before = stamps(tmp_path)
    with pytest.raises(InvalidRow, match=reason):
        publish(tmp_path, HERE, rows)
    assert stamps(tmp_path) == before


def test_tables_that_hold_no_reports_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no table of reports is named codebook, coverage; these are: disclosures"):
        publish(tmp_path, HERE, {"coverage": [], "codebook": []})


@pytest.mark.parametrize("jurisdiction", ["371003", "CN-37100", "../CN-371003", "CN-371003/x", "CN-371003\n"])
def test_a_jurisdiction_that_is_none_is_refused(jurisdiction: str) -> None:
    with pytest.raises(ValueError, match="is not of the form"):
        Partition(jurisdiction, 2024)


def test_a_year_without_four_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="four digits"):
        Partition("CN-371003", 24)


def test_a_file_in_an_older_form_of_its_table_is_brought_up_to_date(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a"), report("b")], "requests": [request("a"), request("b")]})
    expected = published_files(tmp_path)
    path = partition_file(tmp_path, "requests", HERE)
    with pq.ParquetFile(path) as file:
        older = file.read().drop_columns(["implied", "page"]).append_column("colour", pa.array(["red", "blue"]))
    pq.write_table(older, path)
    publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a")]})
    assert published_files(tmp_path) == expected


def test_rows_that_lack_a_required_column_are_not_carried_over(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a"), report("b")], "requests": [request("a"), request("b")]})
    path = partition_file(tmp_path, "requests", HERE)
    with pq.ParquetFile(path) as file:
        older = file.read().drop_columns(["method"])
    pq.write_table(older, path)
    before = stamps(tmp_path)
    with pytest.raises(StaleFile, match="requests were written before it required method: run `nianbao reprocess`"):
        publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a")]})
    assert stamps(tmp_path) == before
    publish(tmp_path, HERE, {"reports": [report("a"), report("b")], "requests": [request("a"), request("b")]})


@pytest.mark.parametrize("damage", [b"", b"not parquet at all", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")]})
    path = partition_file(tmp_path, "reports", HERE)
    path.write_bytes(damage)
    with pytest.raises(DamagedFile, match=r"data\.parquet cannot be read .*move it away") as caught:
        publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a")]})
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == damage
    assert not partition_file(tmp_path, "requests", HERE).exists()


def test_when_one_file_cannot_be_written_none_is_replaced(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")], "disclosures": [disclosure("a")]})
    before = stamps(tmp_path)
    (tmp_path / "requests").write_text("a file where a folder belongs", encoding="utf-8")
    with pytest.raises(OSError, match="requests"):
        publish(tmp_path, HERE, {"reports": [report("a")], "disclosures": [], "requests": [request("a")]})
    assert stamps(tmp_path) == before
    assert leftovers(tmp_path) == []


def test_a_dimension_table_is_replaced_as_a_whole(tmp_path: Path) -> None:
    county = {"jurisdiction": "CN-371003", "name": "文登区", "level": "county", "full_name": "山东省威海市文登区"}
    city = {"jurisdiction": "CN-371000", "name": "威海市", "level": "prefecture", "full_name": "山东省威海市"}
    first = write_dimension(tmp_path, "jurisdictions", [county, city])
    assert (first.partition, first.rows_before, first.rows_after, first.written) == (None, 0, 2, True)
    assert not write_dimension(tmp_path, "jurisdictions", [city, county]).written
    assert write_dimension(tmp_path, "jurisdictions", [county]).rows_after == 1
    assert not write_dimension(tmp_path, "codebook", []).written
    assert list(published_files(tmp_path)) == ["jurisdictions/data.parquet"]
    with pytest.raises(InvalidRow, match="level has no code 'town'"):
        write_dimension(tmp_path, "jurisdictions", [{**county, "level": "town"}])
    with pytest.raises(ValueError, match="reports is no dimension table; these are: agencies, codebook, jurisdictions"):
        write_dimension(tmp_path, "reports", [])
