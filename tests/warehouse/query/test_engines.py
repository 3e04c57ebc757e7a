"""Five engines read one warehouse without any of our code, as docs/query.md shows, with equal results."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.documents.parse import Task, parse
from tests.support.paths import REPOSITORY
from tests.support.sample_portal.catalogue import truth
from tests.support.sample_portal.site import Site
from tests.support.warehouse.rows import covered, disclosure, report, request
from transforms.dimension_rows import codebook_rows, jurisdiction_rows
from transforms.report import Context
from transforms.rows import ReportSource
from warehouse.describe.ddl import ddl
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.query.examples import example_questions
from warehouse.schema import load_tables

DRIVER = REPOSITORY / "tests" / "support" / "processes" / "engine_driver.py"
PACKAGES = {
    "duckdb": "duckdb",
    "polars": "polars",
    "datafusion": "datafusion",
    "clickhouse": "chdb",
    "spark": "pyspark",
}
ENGINES = list(PACKAGES)
# What Spark is asked once more by the statements of `nianbao schema`.
SOME = ["1", "keys", "new column"]
# Spark for little data: nothing compiled to bytecode, one task a shuffle; it takes 20 s of CPU all the same.
FRUGAL = {
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "PYSPARK_SUBMIT_ARGS": "--master local[1] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=1 "
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "--conf spark.sql.adaptive.enabled=false pyspark-shell",
    "SPARK_LOCAL_IP": "127.0.0.1",
}
AGENCY = {
    "agency_id": "0123456789abcdef",
    "jurisdiction": "CN-990101",
    "name": "甲子县人民政府",
    "kind": "government",
    "spellings": ["甲子县 2020–2023"],
}
# The keys as they come, so that a code that was read as a number or a year that was read as text is seen.
KEYS = "SELECT jurisdiction, year FROM reports ORDER BY jurisdiction, year"
NEW_COLUMN = (
    "SELECT year, count(*) AS figures, count(implied) AS implied_ones, sum(implied) AS total "
    "FROM requests GROUP BY year ORDER BY year"
)
NO_CODE = "SELECT count(*) AS n FROM reports WHERE jurisdiction = 'CN-371003' AND year + 1 = 2023"


def questions() -> dict[str, str]:
    ready = {str(number): one.sql for number, one in example_questions().items()}
    return ready | {"keys": KEYS, "new column": NEW_COLUMN, "no code": NO_CODE}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `data/demo/warehouse`: the sample's pages since 2021, three more reports, two old files."""
    place = tmp_path_factory.mktemp("engines")
    root = place / "data" / "demo" / "warehouse"
    _publish_sample(root)
    _publish_more(root)
    files = sorted(root.glob("requests/*/*/data.parquet"))
    _make_old(files[0])
    _make_old(files[-1])
    divisions = {one.jurisdiction: one.county for one in truth()}
    write_dimension(root, "jurisdictions", jurisdiction_rows(divisions))
    write_dimension(root, "agencies", [AGENCY])
    write_dimension(root, "codebook", codebook_rows())
    body = {"agency_id": "b", "jurisdiction": "CN-371002", "name": "环翠区人民政府", "kind": "government"}
    write_dimension(root, "agencies", [body | {"spellings": ["环翠区政府 2023–2023"]}])
    return place


def _publish_sample(root: Path) -> None:
    site, now = Site(), datetime(2025, 5, 1, tzinfo=UTC)
    for one in truth():
        resource = site.get(one.path)
        assert resource is not None
        if one.superseded or one.media_type != "text/html" or one.year < 2021:
            continue
        source = ReportSource(
            url=f"https://example.org{one.path}",
            capture_sha256=sha256(resource.body).hexdigest(),
            media_type=one.media_type,
            first_seen=now,
            last_checked=now,
            last_changed=now,
            parser_version="1",
        )
        told = parse(Task(resource.body, resource.content_type, Context(jurisdiction=one.jurisdiction), source))
        assert told.reports, told.reason
        for each in told.reports:
            assert each.year is not None
            publish(root, Partition(one.jurisdiction, each.year), each.rows)


def _publish_more(root: Path) -> None:
    """Publish a body with a gap of years, a late report, more carried in than carried out, and one implied cell."""
    for year, carried_in, carried_out in ((2020, 1, 4), (2022, 0, 6), (2023, 5, 0)):
        key = f"government-{year}"
        rows = {
            "reports": [report(key, agency_kind="government", published_on=date(year + 1, 2 + year % 3, 20))],
            "requests": [
                request(key, value=40 + year % 10, raw="40"),
                request(key, "carried_in", value=carried_in),
                request(key, "carried_out", value=carried_out),
                request(key, "total", value=None, raw="", state="blank", implied=Decimal(year % 100)),
            ],
            "disclosures": [disclosure(key, article="20(6)", item="penalty", measure="decisions")],
        }
        publish(root, Partition("CN-371003", year), rows)
        whole = [covered("sample", None), covered("sample", key.removesuffix(f"-{year}"))]
        publish_coverage(root, Partition("CN-371003", year), "sample", lambda _, whole=whole: whole)  # type: ignore[misc]
    lacking = [covered("sample", None, "unreachable"), covered("sample", "b", "unreachable", reason="no answer")]
    publish_coverage(root, Partition("CN-371002", 2023), "sample", lambda _: lacking)


def _make_old(path: Path) -> None:
    """Return the file as it was before its table had the column `implied`, written before all others."""
    data = pq.ParquetFile(path).read().drop_columns(["implied"])
    pq.write_table(data, path)
    os.utime(path, (0, 0))


@cache
def recipes() -> dict[str, str]:
    """Engine → the Python lines that docs/query.md gives for it, the common ones first."""
    text = (REPOSITORY / "docs" / "query.md").read_text("utf-8")
    section = text.partition("## Query with any engine")[2].partition("\n## ")[0]
    common, *blocks = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return {re.findall(r"\w+", block)[0].lower(): common + block for block in blocks}


@pytest.fixture(scope="module")
def answers(place: Path) -> Any:
    """Engine → what it answers, by recipe and by statements; each is asked once, in a process of its own."""
    known: dict[str, dict[str, dict[str, Any]]] = {}

    def answer(engine: str) -> dict[str, dict[str, Any]]:
        if importlib.util.find_spec(PACKAGES[engine]) is None:
            pytest.skip(f"{PACKAGES[engine]} is not installed")
        if engine == "spark" and shutil.which("java") is None:
            pytest.skip("Spark needs Java")
        if engine not in known:
            known[engine] = _ask(engine, place)
        return known[engine]

    return answer


def _ask(engine: str, place: Path) -> dict[str, dict[str, Any]]:
    statements = ""
    if engine != "polars":
        statements = ddl(
            engine, str(place / "data" / "demo" / "warehouse"), set(load_tables()) - {"indicators", "panel_findings"}
        )
    again = SOME if engine == "spark" else list(questions())
    task = {"python": recipes()[engine], "statements": statements, "questions": questions(), "again": again}
    done = subprocess.run(
        [sys.executable, str(DRIVER), engine],
        input=json.dumps(task),
        cwd=place,
        env={**os.environ, **FRUGAL},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_readme_has_a_recipe_for_every_engine() -> None:
    assert set(recipes()) == set(ENGINES)


@pytest.mark.parametrize("engine", ENGINES)
def test_keys_are_text_and_integer_in_every_engine(answers: Any, engine: str) -> None:
    rows = answers(engine)["recipe"]["keys"]
    assert len(rows) >= 8
    assert all(isinstance(code, str) and code.startswith("CN-") and isinstance(year, float) for code, year in rows)
    assert answers(engine)["recipe"]["no code"] == [[1.0]]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_that_old_partitions_lack_is_null_there(answers: Any, engine: str) -> None:
    rows = {year: rest for year, *rest in answers(engine)["recipe"]["new column"]}
    assert rows[2020.0][1:] == [0.0, None]
    assert rows[2022.0][1:] == [1.0, 22.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_answers(answers: Any, engine: str) -> None:
    expected = answers("duckdb")["recipe"]
    assert all(isinstance(rows, list) and rows for rows in expected.values()), expected
    for way, found in answers(engine).items():
        assert set(found) == set(expected) if way == "recipe" else set(SOME) <= set(found)
        for name, rows in found.items():
            assert rows == expected[name], (way, name)


def test_a_table_without_files_is_declared_empty(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect() as session:
        for statement in ddl("duckdb", str(tmp_path), ()).split(";\n"):
            session.execute(statement)
        assert session.execute("SELECT * FROM reports JOIN jurisdictions USING (jurisdiction)").fetchall() == []


def test_statements_for_trino_have_its_form() -> None:
    text = ddl("trino", "s3://bucket/warehouse", set(load_tables()))
    tables = re.findall(r'CREATE TABLE IF NOT EXISTS nianbao\."(\w+)" \(\n(.*?)\n\) WITH \(', text, re.DOTALL)
    assert [name for name, _ in tables] == list(load_tables())
    for name, columns in tables:
        assert all(re.fullmatch(r'  "\w+" [A-Z]+(\([\w,]+\))?,?', line) for line in columns.split("\n")), name
        partitioned = load_tables()[name].partitioned
        assert columns.endswith('"jurisdiction" VARCHAR,\n  "year" INTEGER') == partitioned
    assert text.count("partitioned_by = ARRAY['jurisdiction', 'year']") == text.count("CALL system.")
    assert text.count("CALL system.") == sum(table.partitioned for table in load_tables().values())
    assert "external_location = 's3://bucket/warehouse/reports'" in text
