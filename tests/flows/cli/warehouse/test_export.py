"""`nianbao export`: the words of a selection, the formats of its file, and what is left when it fails."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from flows.cli.main import app
from nianbao import NianbaoError
from tests.support.processes.command import clean_environment, nianbao
from tests.support.warehouse.example_answers import publish_examples
from tests.support.warehouse.rows import HERE, report, request
from warehouse.export.export import formats
from warehouse.export.formats import workbook
from warehouse.publish.write import publish

FIGURES = ("--table", "requests", "--columns", "year,report_id,value", "--where", "outcome=received")
ROWS = [(2022, "h22", 20), (2023, "w23", 100), (2024, "w24", 50), (2024, "d24", 7), (2024, "h24", None)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    publish_examples(root / "warehouse")
    return root


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data root in which one table has 20,000 rows."""
    root = tmp_path_factory.mktemp("large")
    rows = [request("r", raw=f"{number:05d}", outcome="received", applicant="total") for number in range(20_000)]
    reports = [report(f"r{number:05d}") for number in range(20_000)]
    figures = [{**row, "report_id": f"r{number:05d}"} for number, row in enumerate(rows)]
    publish(root / "warehouse", HERE, {"reports": reports, "requests": figures})
    return root


def export(root: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["export", *map(str, arguments)], env={"NIANBAO_DATA_ROOT": str(root)})


def file_of(root: Path, path: Path, *arguments: str) -> Path:
    done = export(root, *arguments, "--where", "applicant=total", "--output", path, "--quiet")
    assert (done.exit_code, done.output) == (0, ""), done.exception
    return path


def test_the_same_rows_in_every_format(root: Path, tmp_path: Path) -> None:
    files = {name: file_of(root, tmp_path / f"rows.{name}", *FIGURES) for name in formats()}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in files.values())
    names = ["year", "report_id", "value"]
    with files["csv"].open(encoding="utf-8-sig", newline="") as text:
        shown = [["" if value is None else str(value) for value in row] for row in ROWS]
        assert list(csv.reader(text)) == [names, *shown]
    lines = files["jsonl"].read_text("utf-8").splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == ROWS
    assert [tuple(row.values()) for row in pq.read_table(files["parquet"]).to_pylist()] == ROWS
    book = load_workbook(files["xlsx"])
    assert [tuple(cell.value for cell in row) for row in book["requests"].iter_rows(min_row=2)] == ROWS
    sources = [[cell.value for cell in row] for row in book["sources"].iter_rows()]
    assert {line[0] for line in sources[1:]} == {report_id for _, report_id, _ in ROWS}
    stata = pd.read_stata(files["dta"]).astype(object)
    assert list(stata.where(stata.notna(), None).itertuples(index=False, name=None)) == ROWS


def test_labels_take_the_place_of_codes(root: Path, tmp_path: Path) -> None:
    for language, word in (("zh", "总计"), ("en", "total")):
        path = file_of(
            root, tmp_path / "rows.csv", "--table", "requests", "--columns", "applicant", "--labels", language
        )
        assert set(path.read_text("utf-8-sig").split()[1:]) == {f'"{word}"'}


def test_reconciled_values_are_described_as_such(tmp_path: Path) -> None:
    rows = [request("r", value=None, implied=Decimal(9), raw="", state="blank"), request("r", "granted", implied=None)]
    publish(tmp_path / "warehouse", HERE, {"reports": [report("r")], "requests": rows})
    printed = file_of(tmp_path, tmp_path / "a.parquet", "--table", "requests")
    filled = file_of(tmp_path, tmp_path / "b.parquet", "--table", "requests", "--reconciled")
    assert [pq.read_table(path)["value"].to_pylist() for path in (printed, filled)] == [[7, None], [7, 9]]
    assert "the form's own identities force" in pq.read_schema(filled).field("value").metadata[b"en"].decode()


def test_text_formats_go_to_standard_output(root: Path) -> None:
    done = nianbao("export", *FIGURES, "--output", "-", "--format", "csv", folder=root, NIANBAO_DATA_ROOT=str(root))
    assert (done.code, done.err) == (0, "")
    assert next(csv.reader(io.StringIO(done.out.removeprefix("\ufeff")))) == ["year", "report_id", "value"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--table", "requests", "--output", "rows.xml"), "has no suffix of a known format: give --format"),
        (("--table", "requests", "--output", "rows.csv", "--format", "xml"), "xml is not one of csv, "),
        (("--table", "requests", "--output", "-", "--format", "xlsx"), "xlsx is binary: name a file with --output"),
        (("--table", "requests", "--output", "a.csv", "--where", "outcome"), "is not of the form column=value"),
        (("--table", "requests", "--output", "a.csv", "--labels", "fr"), "'fr' is not one of"),
        (("--output", "a.csv"), "Missing option '--table'"),
    ],
)
def test_what_cannot_be_meant_is_bad_usage(root: Path, arguments: Sequence[str], reason: str) -> None:
    done = export(root, *arguments)
    assert done.exit_code == 2
    assert reason in " ".join(done.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--table", "request"), "no such table: request; these are requests, "),
        (("--table", "requests", "--where", "outcome=refused.state"), "no such outcome: refused.state; these are "),
        (("--table", "requests", "--where", "page=two"), "page is of the type int32, and 'two' is not"),
        (("--table", "requests", "--years", "24"), "years '24' are neither"),
        (("--table", "requests", "--where", "jurisdiction=CN-371003"), "jurisdiction is no condition"),
        (("--table", "requests", "--jurisdiction", "CN-99*"), "no such jurisdiction: CN-99*; these are "),
        (("--table", "findings", "--reconciled"), "findings has no implied values"),
    ],
)
def test_what_nothing_has_is_one_line(root: Path, tmp_path: Path, arguments: Sequence[str], reason: str) -> None:
    done = export(root, *arguments, "--output", tmp_path / "a.csv", "--quiet")
    assert isinstance(done.exception, NianbaoError)
    assert str(done.exception).startswith(reason)
    assert "\n" not in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_numbers_and_truths_are_conditions(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for condition, count in (("list_complete=true", 1), ("list_complete=false", 0)):
        assert export(root, "--table", "coverage", "--where", condition, "--output", path, "-q").exit_code == 0
        assert len(path.read_text("utf-8-sig").splitlines()) - 1 >= count
    assert export(root, "--table", "sections", "--where", "position=0", "--output", path, "-q").exit_code == 0


def test_no_warehouse_is_told_with_the_remedy(tmp_path: Path) -> None:
    done = export(tmp_path / "nothing", "--table", "requests", "--output", tmp_path / "a.csv", "-q")
    assert "run `nianbao demo`" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_too_many_rows_for_a_workbook_are_refused_first(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    done = export(root, "--table", "requests", "--output", tmp_path / "a.xlsx", "-q")
    assert str(done.exception) == (
        "more than 2 rows are too many for xlsx: choose fewer --years, or one of csv, jsonl, parquet, dta"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", formats())
def test_a_full_disk_is_one_line_and_leaves_what_was_there(large: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / f"rows.{name}"
    target.write_text("before")
    done = subprocess.run(
        [sys.executable, "-m", "flows", "export", "--table", "requests", "--quiet", "--output", str(target)],
        cwd=tmp_path,
        env=clean_environment() | {"NIANBAO_DATA_ROOT": str(large)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "File too large" in done.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(target.name, "before")]


def test_a_folder_that_is_not_there_is_one_line(root: Path, tmp_path: Path) -> None:
    done = nianbao(
        "export", *FIGURES, "-q", "--output", tmp_path / "no" / "a.csv", folder=tmp_path, NIANBAO_DATA_ROOT=str(root)
    )
    assert (done.code, len(done.error_lines)) == (1, 1)
    assert "No such file or directory" in done.err


def test_what_is_no_file_stays(root: Path, tmp_path: Path) -> None:
    folder, pipe = tmp_path / "folder.csv", tmp_path / "pipe.csv"
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (folder, pipe):
        done = export(root, *FIGURES, "-q", "--output", path)
        assert str(done.exception) == f"{path} is a folder, a pipe or a device: give the name of a file"
    assert (pipe.is_fifo(), sorted(tmp_path.iterdir())) == (True, [folder, pipe])


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_who_is_stopped_leaves_what_was_there(large: Path, tmp_path: Path, sign: signal.Signals) -> None:
    target, partial = tmp_path / "rows.xlsx", tmp_path / ".rows.xlsx.partial"
    target.write_text("before")
    command = [sys.executable, "-m", "flows", "export", "--table", "requests", "--quiet", "--output", str(target)]
    environment = clean_environment() | {"NIANBAO_DATA_ROOT": str(large)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL) as process:
        while not partial.exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(sign)
    assert process.returncode != 0
    assert target.read_text() == "before"
    assert partial.exists() == (sign == signal.SIGKILL)
    assert nianbao("export", *FIGURES, "-q", "-o", target, folder=tmp_path, NIANBAO_DATA_ROOT=str(large)).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["rows.xlsx"]
