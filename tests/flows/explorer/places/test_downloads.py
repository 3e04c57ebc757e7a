from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from flows.explorer import table_files
from flows.explorer.places.downloads import FRAMES, KINDS, select, write_frame
from flows.explorer.places.place import COUNTRY
from tests.support.explorer_client import pages_of
from tests.support.fixtures import Demo
from tests.support.processes.command import nianbao
from tests.support.warehouse.country import Known, write_country
from tests.support.warehouse.rows import HERE, covered, finding, report, request
from warehouse.export.content import CannotExport
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish
from warehouse.query.query import connect, run
from warehouse.storage.store import Folder

HOSTILE = [
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    " =1",
    '<script>alert("1")</script>',
    "'; DROP TABLE reports; --",
    '"quoted", and\nbroken',
    "\x1b[31mred",
    "#N/A",
]


def hostile(root: Path) -> None:
    names = {f"r{number}-2024": text for number, text in enumerate(HOSTILE)}
    publish(
        root,
        HERE,
        {
            "reports": [report(name, agency=text, title=text, url=text) for name, text in names.items()],
            "requests": [request(name, value=2**53 + 1, raw=text) for name, text in names.items()],
            "findings": [finding(name, message=text, cells=[text]) for name, text in names.items()],
        },
    )
    rows = [covered("p", name.removesuffix("-2024"), reason=text) for name, text in names.items()]
    publish_coverage(root, HERE, "p", lambda _: rows)


def text_of(value: object) -> str:
    """Return a value as any of the forms has it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()[:19]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(value).normalize():f}"
    return str(value)


def as_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", FRAMES)
def test_all_forms_hold_the_rows_of_the_query(demo: Demo, name: str) -> None:
    sql = select(name, "CN-990000")
    with connect(demo.root / "warehouse") as connection:
        result = run(connection, sql)
    expected = [[text_of(value) for value in row] for row in result.rows]
    assert expected
    with pages_of(demo.root) as client:
        answers = {kind: client.get(f"/zh/places/CN-990000/{name}.{kind}") for kind in KINDS}
    assert {kind: answer.status_code for kind, answer in answers.items()} == dict.fromkeys(KINDS, 200)
    assert answers["sql"].text == f"{sql}\n"
    table = pq.read_table(io.BytesIO(answers["parquet"].content))
    assert table.column_names == result.columns
    assert [[text_of(value) for value in row.values()] for row in table.to_pylist()] == expected
    header, *rows = load_workbook(io.BytesIO(answers["xlsx"].content)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert list(header) == result.columns
    numbers = [[text_of(value).removesuffix("T00:00:00") for value in row] for row in rows]
    assert numbers == expected
    header_, *lines = as_csv(answers["csv"].content)
    assert header_ == result.columns
    whole = [[text_of(Decimal(cell)) if _is_number(cell) else cell for cell in line] for line in lines]
    same = [
        (cell, wanted)
        for line, row in zip(whole, expected, strict=True)
        for cell, wanted in zip(line, row, strict=True)
    ]
    assert all(cell == wanted or cell[:19].replace(" ", "T") == wanted for cell, wanted in same)


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit() and len(cell) < 16


def test_the_sql_runs_in_the_command(demo: Demo) -> None:
    with pages_of(demo.root) as client:
        sql = client.get("/en/places/CN-990101/reports.sql").text
        rows = as_csv(client.get("/en/places/CN-990101/reports.csv").content)
    done = nianbao("query", sql, "--format", "csv", folder=demo.folder, NIANBAO_DATA_ROOT=str(demo.root))
    assert done.code == 0, done.err
    printed = list(csv.reader(io.StringIO(done.out)))
    assert [row[:8] for row in printed] == [row[:8] for row in rows]
    assert len(printed) == 8


def test_the_country_has_every_row(demo: Demo) -> None:
    with connect(demo.root / "warehouse") as connection:
        (counts,) = run(
            connection,
            "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM report_states), count(*) FROM findings",
        ).rows
    with pages_of(demo.root) as client:
        tables = [client.get(f"/en/places/{COUNTRY}/{name}.parquet").content for name in FRAMES]
    assert [pq.read_table(io.BytesIO(content)).num_rows for content in tables] == list(counts)


@pytest.mark.parametrize("name", FRAMES)
def test_no_text_is_a_formula(tmp_path: Path, name: str) -> None:
    hostile(tmp_path / "warehouse")
    with pages_of(tmp_path) as client:
        lines = as_csv(client.get(f"/en/places/CN-371003/{name}.csv").content)
        book = load_workbook(io.BytesIO(client.get(f"/en/places/CN-371003/{name}.xlsx").content))
    cells = [cell for line in lines for cell in line]
    assert [cell for cell in cells if cell.lstrip()[:1] in tuple("=+@")] == []
    assert sum(cell.startswith("'=HYPERLINK") for cell in cells) >= 1
    assert {cell.data_type for row in book.active for cell in row} <= {"s", "n", "d"}  # type: ignore[union-attr]
    texts = [cell.value for row in book.active for cell in row]  # type: ignore[union-attr]
    assert HOSTILE[0] in texts


def test_numbers_are_exact(tmp_path: Path) -> None:
    hostile(tmp_path / "warehouse")
    with pages_of(tmp_path) as client:
        header, first, *_ = as_csv(client.get("/en/places/CN-371003/reports.csv").content)
    assert first[header.index("received")] == str(2**53 + 1)


def test_reports_without_coverage_are_covered(tmp_path: Path) -> None:
    country = [Known("CN-371003", 2021, "government", {}, None), Known("CN-371003", 2021, "department", {}, "blocked")]
    write_country(tmp_path / "warehouse", country)
    with connect(tmp_path / "warehouse") as connection:
        result = run(connection, select("coverage", "CN-371000"))
    assert {row[result.columns.index("state")] for row in result.rows} == {"published", "blocked"}


def test_a_workbook_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile(tmp_path / "warehouse")
    monkeypatch.setattr(table_files, "_MOST_ROWS", 3)
    with pytest.raises(CannotExport, match="take CSV or Parquet"):
        write_frame(Folder(tmp_path / "warehouse"), "reports", "CN-371003", "xlsx", io.BytesIO())


@pytest.mark.parametrize(
    "address", ["CN-371003/other.csv", "CN-371003/reports.exe", "CN-999999/reports.csv", "x/reports.csv"]
)
def test_what_there_is_not_is_not_found(tmp_path: Path, address: str) -> None:
    hostile(tmp_path / "warehouse")
    with pages_of(tmp_path) as client:
        assert client.get(f"/en/places/{address}").status_code == 404
