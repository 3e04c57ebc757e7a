"""What a selection gives, beside the same asked in SQL; from a warehouse, a release, an object store."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.rows import HERE, covered, disclosure, finding, partition_file, report, request
from tests.support.warehouse.watched import WatchedFolder
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.write import publish, write_dimension
from warehouse.query import selected_rows
from warehouse.query.query import QueryError, connect, run
from warehouse.query.selected_rows import read_selection, scan_selection
from warehouse.query.selection import matching, select
from warehouse.release import sorted_file
from warehouse.release.release import write_release
from warehouse.schema import Row, full_schema, load_tables
from warehouse.storage.store import Bucket, Folder, Store

CODES = ("CN-370000", "CN-371002", "CN-371003", "CN-420100")
YEARS = (2022, 2023, 2024)
OUTCOMES = ("received", "granted", "granted_in_part", "refused.state_secret", "total")


def fill(root: Path) -> None:
    """Publish two reports for each division and year, with blanks of which some are implied."""
    for place, code in enumerate(CODES):
        for year in YEARS:
            rows = [_request(f"{body}{place}-{year}", outcome, place) for body in "ab" for outcome in OUTCOMES]
            ids = sorted({str(row["report_id"]) for row in rows})
            tables: dict[str, list[Row]] = {
                "reports": [report(name) for name in ids],
                "requests": rows,
                "disclosures": [disclosure(ids[0], value=Decimal("0.1"))],
                "findings": [finding(ids[0])],
            }
            publish(root, Partition(code, year), tables)
    publish_coverage(root, Partition(CODES[0], 2024), "p", lambda _: [covered("p", "a"), covered("p", None)])
    divisions = [{"jurisdiction": code, "name": "某", "level": "county", "full_name": "某"} for code in CODES]
    absent = {**divisions[0], "jurisdiction": "CN-110101"}
    lists: dict[str, list[str]] = {"former_names": [], "successors": []}
    write_dimension(root, "jurisdictions", [{**row, **lists} for row in [absent, *divisions]])


def _request(name: str, outcome: str, place: int) -> Row:
    if outcome == "granted" and place % 2:
        implied = Decimal(5) if name[0] == "a" else None
        return request(name, outcome, value=None, raw="", state="blank", implied=implied)
    return request(name, outcome, value=len(outcome) * place, page=place)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warehouse")
    fill(root)
    compact_manifest(Folder(root))
    return root


@pytest.fixture(scope="module")
def release(root: Path) -> Path:
    return Path(write_release(Folder(root), datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: None).place)


@pytest.fixture(params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Bucket:
    place = request.getfixturevalue("s3").url if request.param == "s3" else f"memory://{tmp_path.name}"
    bucket = Bucket(f"{place}/here")
    for path in Folder(root).names(""):
        bucket.write(path, (root / path).read_bytes())
    return bucket


def rows_of(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def in_sql(store: Store, words: dict[str, Any]) -> list[tuple[object, ...]]:
    """Return what DuckDB answers, with every condition spelled out."""
    table = load_tables()[words["table"]]
    columns = ", ".join(f'"{name}"' for name in words["columns"])
    if words["reconciled"]:
        columns = columns.replace('"value"', "CAST(coalesce(value, implied) AS BIGINT) AS value")
    asked = words["jurisdiction"]
    named = CODES if asked is None else sorted(matching(asked, CODES))
    known = [f"list_contains({list(named)}, jurisdiction)"]
    if words["years"] is not None:
        known.append(f"year IN ({', '.join(map(str, words['years']))})" if words["years"] else "false")
    for name, values in words["conditions"].items():
        known.append("(" + " OR ".join(_like(name, value) for value in values) + ")")
    order = ", ".join(("year", "jurisdiction", *table.sort))
    with connect(store) as connection:
        return run(connection, f"SELECT {columns} FROM {table.name} WHERE {' AND '.join(known)} ORDER BY {order}").rows


def _like(name: str, value: str) -> str:
    pattern = value.replace("_", r"\_").replace("?", "_").replace("*", "%")
    return f"{name} LIKE '{pattern}' ESCAPE '\\'"


def some(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


@st.composite
def selections(draw: st.DrawFn) -> dict[str, Any]:
    conditions = {
        "outcome": draw(st.none() | some(["refused.*", "granted*", "received", "total", "*"])),
        "raw": draw(st.none() | some(["7", "?*", "*"])),
        "report_id": draw(st.none() | some(["a*", "b1-2023", "*-2024", "x"])),
    }
    columns = [field.name for field in full_schema(load_tables()["requests"])]
    return {
        "table": "requests",
        "jurisdiction": draw(some([*CODES, "CN-110101", "CN-37*", "CN-3?10*", "*03", "CN-*"])),
        "years": draw(st.none() | st.lists(st.integers(2021, 2025), max_size=3, unique=True)),
        "columns": draw(st.lists(st.sampled_from(columns), min_size=1, unique=True)),
        "conditions": {name: values for name, values in conditions.items() if values},
        "reconciled": draw(st.booleans()),
    }


@settings(max_examples=examples(15), deadline=None)
@given(words=selections())
def test_any_selection_gives_what_sql_gives(root: Path, release: Path, words: dict[str, Any]) -> None:
    selected = select(**words)
    here, frozen = (read_selection(Folder(place), selected) for place in (root, release))
    schema = full_schema(selected.table)
    assert here.schema.names == list(words["columns"])
    assert here.schema.types == [schema.field(name).type for name in words["columns"]]
    assert here.equals(frozen)
    assert rows_of(here) == in_sql(Folder(root), words)


def test_rows_come_in_batches_of_bounded_size_in_the_same_order(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    selected = select("requests", columns=["report_id", "outcome", "jurisdiction", "year"])
    whole = read_selection(Folder(root), selected)
    monkeypatch.setattr(selected_rows, "_TOGETHER", 5)
    schema, batches = scan_selection(Folder(root), selected)
    found = list(batches)
    assert schema == whole.schema
    assert len(found) == len(CODES) * len(YEARS)
    assert pa.Table.from_batches(found).equals(whole)


@pytest.mark.parametrize(
    ("words", "codes", "years"),
    [
        ({"jurisdiction": "CN-371003"}, ["CN-371003"], YEARS),
        ({"jurisdiction": ["CN-420100", "CN-371003"], "years": 2023}, ["CN-371003", "CN-420100"], (2023,)),
        ({"jurisdiction": "CN-37*", "years": range(2023, 2030)}, CODES[:3], (2023, 2024)),
        ({"years": 2022, "conditions": {"outcome": "total"}}, CODES, (2022,)),
        ({"jurisdiction": "CN-110101"}, [], ()),
        ({"years": 2008}, [], ()),
    ],
)
def test_only_the_files_that_the_words_leave_are_opened(
    root: Path, words: dict[str, Any], codes: Sequence[str], years: Sequence[int]
) -> None:
    folder = WatchedFolder(root)
    read_selection(folder, select("requests", **words))
    opened = [f"requests/jurisdiction={code}/year={year}/data.parquet" for code in codes for year in years]
    assert [path for path in sorted(folder.handler.opened) if path != "jurisdictions/data.parquet"] == opened


def test_of_a_release_only_the_years_are_opened(release: Path) -> None:
    folder = WatchedFolder(release)
    folder.names = Folder(release).names  # type: ignore[method-assign]
    read_selection(folder, select("requests", "CN-37*", 2023))
    assert set(folder.handler.opened) == {"requests/year=2023.parquet", "jurisdictions.parquet"}


@pytest.mark.parametrize("words", [("CN-420100",), ("CN-42*", 2024)])
def test_of_a_file_of_a_release_only_the_row_groups_with_the_division_are_read(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[Any, ...]
) -> None:
    monkeypatch.setattr(sorted_file, "GROUP_ROWS", 5)
    copy = Path(shutil.copytree(root, tmp_path / "copy", ignore=shutil.ignore_patterns("_releases")))
    place = Path(write_release(Folder(copy), datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: None).place)
    with pq.ParquetFile(place / "requests" / "year=2024.parquet") as file:
        first = file.metadata.row_group(0).column(2)
        start, size = first.dictionary_page_offset, first.total_compressed_size
    with (place / "requests" / "year=2024.parquet").open("r+b") as damaged:
        damaged.seek(start)
        damaged.write(bytes(size))
    selected = select("requests", *words)
    assert read_selection(Folder(place), selected).equals(read_selection(Folder(root), selected))
    with pytest.raises(QueryError):
        read_selection(Folder(place), select("requests", "CN-37*"))


@pytest.mark.parametrize("word", ["CN-37*", "CN-371003"])
def test_a_file_that_only_an_intent_names_is_read_and_one_that_is_not_there_is_skipped(
    tmp_path: Path, word: str
) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a")]})
    compact_manifest(Folder(tmp_path))
    publish(tmp_path, Partition(HERE.jurisdiction, 2023), {"reports": [report("b")], "requests": [request("b")]})
    publish(tmp_path, Partition(HERE.jurisdiction, 2022), {"reports": [report("c")], "requests": [request("c")]})
    partition_file(tmp_path, "requests", Partition(HERE.jurisdiction, 2022)).unlink()
    found = read_selection(Folder(tmp_path), select("requests", word, columns=["report_id"]))
    assert rows_of(found) == [("b",), ("a",)]


def test_files_of_an_older_form_have_nulls(tmp_path: Path) -> None:
    for place, name in ((HERE, "a"), (Partition(HERE.jurisdiction, 2023), "b")):
        publish(
            tmp_path, place, {"reports": [report(name)], "requests": [request(name, value=None, implied=Decimal(7))]}
        )
    path = partition_file(tmp_path, "requests", HERE)
    pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["implied"]), path)
    words = {"columns": ["report_id", "value", "implied"], "reconciled": True}
    assert rows_of(read_selection(Folder(tmp_path), select("requests", **words))) == [  # type: ignore[arg-type]
        ("b", 7, Decimal(7)),
        ("a", None, None),
    ]


@pytest.mark.parametrize("frozen", [False, True])
def test_every_table_is_read_whole(root: Path, release: Path, frozen: bool) -> None:
    with connect(root) as connection:
        for name, table in load_tables().items():
            found = read_selection(Folder(release if frozen else root), select(name))
            assert found.schema.equals(full_schema(table)), name
            (count,) = run(connection, f"SELECT count(*) FROM {name}").rows[0]
            assert len(found) == count, name


@pytest.mark.parametrize("frozen", [False, True])
def test_a_division_without_rows_is_no_error_and_one_that_nobody_knows_is(
    root: Path, release: Path, frozen: bool
) -> None:
    store = Folder(release if frozen else root)
    empty = read_selection(store, select("requests", "CN-110101"))
    assert (len(empty), empty.schema) == (0, full_schema(load_tables()["requests"]).remove_metadata())
    for word, close in (("CN-371004", "CN-371003"), ("CN-99*", "CN-370000")):
        with pytest.raises(QueryError, match=f"^no such jurisdiction: {word}; these are {close}".replace("*", r"\*")):
            read_selection(store, select("requests", word))


def test_errors_while_reading_are_one_line(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a")]})
    partition_file(tmp_path, "requests", HERE).write_bytes(b"no parquet")
    with pytest.raises(QueryError, match=r"requests/jurisdiction=CN-371003/year=2024/data\.parquet") as caught:
        read_selection(Folder(tmp_path), select("requests"))
    assert "\n" not in str(caught.value)


def test_an_object_store_gives_the_same_rows(root: Path, bucket: Bucket) -> None:
    for word, years in (("CN-371003", None), ("CN-37*", [2023]), (None, None)):
        selected = select("requests", word, years)
        assert read_selection(bucket, selected).equals(read_selection(Folder(root), selected))
