"""`nianbao query`: the ways to ask, the forms of the answer, and what is said on the way."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from flows.cli.main import app
from flows.cli.output.results import to_json
from tests.support.processes.command import clean_environment
from tests.support.warehouse.example_answers import ANSWERS, publish_examples
from warehouse.query import partition_scan
from warehouse.query.examples import example_questions
from warehouse.query.query import QueryError

SERIES = """
SELECT report_id, value, published_on FROM requests JOIN reports USING (report_id)
WHERE outcome = 'received' AND applicant = 'total' ORDER BY 1
"""
ROWS = [
    ("d24", 7, date(2026, 1, 2)),
    ("h22", 20, date(2023, 1, 10)),
    ("h24", None, None),
    ("w23", 100, date(2024, 3, 31)),
    ("w24", 50, date(2025, 4, 1)),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    publish_examples(root / "warehouse")
    return root


def ask(root: Path, *arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["query", *map(str, arguments)], input=stdin, env={"NIANBAO_DATA_ROOT": str(root)})


def answer(root: Path, *arguments: str | Path, stdin: str | None = None) -> str:
    done = ask(root, *arguments, stdin=stdin)
    assert (done.exit_code, done.stderr) == (0, ""), done.exception
    return done.stdout


def test_a_question_comes_as_argument_file_or_standard_input(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text(f"\ufeff-- 年份\n{SERIES}\n", encoding="utf-8")
    told = answer(root, SERIES)
    assert [line.split() for line in told.splitlines()][1] == ["d24", "7", "2026-01-02"]
    assert answer(root, "--file", file) == told
    assert answer(root, "-", stdin=SERIES) == told
    assert answer(root, "--file", "-", stdin=SERIES) == told


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "give a SELECT, or --file, or --example"),
        (("FROM reports", "--example", "1"), "give a SELECT, or --file, or --example"),
        (("FROM reports", "--format", "parquet"), "name a file with --output"),
        (("FROM reports", "--output", "answer.xml"), "has no suffix of a known format: give --format"),
        (("FROM reports", "--format", "xml"), "'xml' is not one of"),
    ],
)
def test_what_cannot_be_meant_is_bad_usage(root: Path, arguments: tuple[str, ...], reason: str) -> None:
    done = ask(root, *arguments)
    assert done.exit_code == 2
    assert reason in " ".join(done.output.replace("│", " ").split())


def test_the_same_rows_as_csv_json_and_parquet_in_files_and_on_standard_output(root: Path, tmp_path: Path) -> None:
    columns = ["report_id", "value", "published_on"]
    for name in ("answer.csv", "answer.json", "answer.parquet", "answer.txt"):
        assert answer(root, SERIES, "--output", tmp_path / name) == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answer.csv",
        "answer.json",
        "answer.parquet",
        "answer.txt",
    ]

    text = (tmp_path / "answer.csv").read_text("utf-8")
    assert text == answer(root, SERIES, "--format", "csv")
    shown = [tuple("" if cell is None else str(cell) for cell in row) for row in ROWS]
    assert [tuple(row) for row in csv.reader(io.StringIO(text))] == [tuple(columns), *shown]

    text = (tmp_path / "answer.json").read_text("utf-8")
    assert text == answer(root, SERIES, "-f", "json")
    assert text == to_json([dict(zip(columns, row, strict=True)) for row in ROWS]) + "\n"

    table = pq.read_table(tmp_path / "answer.parquet")
    assert table.to_pylist() == [dict(zip(columns, row, strict=True)) for row in ROWS]
    assert [str(field.type) for field in table.schema] == ["string", "int64", "date32[day]"]
    assert (tmp_path / "answer.txt").read_text("utf-8") == answer(root, SERIES)


def test_no_rows_are_an_empty_list_and_a_header(root: Path) -> None:
    nothing = "SELECT report_id FROM reports WHERE year = 1999"
    assert answer(root, nothing, "-f", "json") == "[]\n"
    assert answer(root, nothing, "-f", "csv") == "report_id\n"
    assert json.loads(answer(root, nothing, "-f", "json")) == []


def test_a_table_shows_the_first_rows_and_counts_the_others(root: Path) -> None:
    lines = answer(root, "SELECT range AS number FROM range(25000)").splitlines()
    assert [line.strip() for line in lines[:3]] == ["number", "0", "1"]
    assert lines[-2:] == ["   199", "… 24800 more rows: use --output or --format csv for all"]
    assert len(answer(root, "FROM range(25000)", "-f", "csv").splitlines()) == 25001


def test_a_question_that_fails_leaves_the_file_as_it_was(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.parquet"
    file.write_text("before", encoding="utf-8")
    for sql in (
        "SELECT nothing FROM reports",
        "SELECT CAST('x' || range AS INTEGER) FROM range(20000)",
        "DROP VIEW reports",
    ):
        done = ask(root, sql, "--output", file)
        assert isinstance(done.exception, QueryError)
        assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("answer.parquet", "before")]


def test_a_file_of_sql_in_another_encoding_is_told_apart(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_bytes("SELECT '年报'".encode("gb18030"))
    done = ask(root, "--file", file)
    assert isinstance(done.exception, QueryError)
    assert "not UTF-8 text" in str(done.exception)


@pytest.mark.parametrize("number", [1, 10])
def test_ready_questions_are_answered(root: Path, number: int) -> None:
    rows = json.loads(answer(root, "--example", str(number), "-f", "json"))
    plain = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in ANSWERS[number]]
    assert [list(row.values()) for row in rows] == plain


def test_ready_questions_are_listed_with_their_sql_for_programs(root: Path) -> None:
    lines = answer(root, "--example", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["number", *map(str, example_questions())]
    listed = json.loads(answer(root, "--example", "list", "--format", "json"))
    assert [row["sql"] for row in listed] == [question.sql for question in example_questions().values()]
    done = ask(root, "--example", "12")
    assert str(done.exception) == "no example question 12: `nianbao query --example list` prints them"


def test_bars_are_shown_on_a_terminal_and_never_in_the_answer(root: Path, tmp_path: Path) -> None:
    """Standard error is a pseudo-terminal, standard output a pipe; every file is a stretch of its own here."""
    ours, theirs = pty.openpty()
    narrow = "from warehouse.query import partition_scan; partition_scan._BATCH = 1"
    program = f"{narrow}; from flows.cli.main import main; main()"
    command = [sys.executable, "-c", program, "query", "SELECT count(*) AS rows FROM reports", "--format", "csv"]
    environment = clean_environment() | {"TERM": "xterm", "NIANBAO_DATA_ROOT": str(root)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.stdout == b"rows\n5\n"
    assert "files of reports" in shown
    assert "4/4" in shown
    assert partition_scan._BATCH == 256
