"""What a person who knows pandas does with a warehouse: reading, panels, SQL, sources, releases, and errors."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars
import pytest

from tests.support.paths import REPOSITORY
from tests.support.servers.s3 import S3
from tests.support.warehouse.example_answers import WEIHAI, WENDENG, publish_examples
from tests.support.warehouse.rows import (
    HERE,
    disclosure,
    indicator,
    partition_file,
    report,
    report_of,
    request,
)
from transforms.dimension_rows import codebook_rows
from warehouse.frames import Warehouse
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.write import publish, write_dimension
from warehouse.query.query import QueryError
from warehouse.release.release import write_release
from warehouse.storage.store import Bucket, Folder

OUTCOMES = ("received", "granted", "refused.state_secret", "total")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warehouse")
    publish_examples(root)
    for day in (1, 2):
        write_release(Folder(root), datetime.datetime(2026, 1, day, tzinfo=UTC), lambda done, of: None)
    return root


@pytest.fixture
def warehouse(root: Path) -> Warehouse:
    return Warehouse(root)


def test_reading_gives_the_rows_that_the_words_leave(warehouse: Warehouse) -> None:
    frame = warehouse.read(
        "requests",
        jurisdiction="CN-37*",
        years=range(2022, 2025),
        columns=["jurisdiction", "year", "outcome", "value"],
        outcome="refused.*",
        applicant="total",
    )
    assert frame.to_dict("list") == {
        "jurisdiction": [WENDENG, WEIHAI, WEIHAI, WEIHAI, WENDENG],
        "year": [2022, 2023, 2024, 2024, 2024],
        "outcome": ["refused.state_secret"] * 3 + ["refused.third_party_rights", "refused.state_secret"],
        "value": [0, 9, 6, 3, 1],
    }
    refused = frame[frame["outcome"] > "refused.state_secret"]
    assert list(refused["outcome"]) == ["refused.third_party_rights"]


def test_reconciled_fills_what_the_sums_force_and_leaves_the_rest_blank(tmp_path: Path) -> None:
    rows = [
        request("a", "received", value=None, raw="", state="blank", implied=Decimal(3)),
        request("a", "granted", value=None, raw="", state="blank"),
    ]
    publish(tmp_path, HERE, {"reports": [report("a")], "requests": rows})
    warehouse = Warehouse(tmp_path)
    assert warehouse.read("requests")["value"].isna().all()
    filled = warehouse.read("requests", reconciled=True).set_index("outcome")["value"]
    assert (filled["received"], filled["granted"]) == (3, pd.NA)


def test_arrow_and_polars_have_exact_decimals_and_codes_as_text(tmp_path: Path) -> None:
    exact = Decimal("1234567890123456.7891")
    publish(tmp_path, HERE, {"reports": [report("a")], "disclosures": [disclosure("a", value=exact)]})
    rows = Warehouse(tmp_path).to_arrow("disclosures", jurisdiction=HERE.jurisdiction, item="fee")
    assert rows["value"].to_pylist() == [exact]
    frame: Any = polars.from_arrow(rows)
    assert frame["value"].to_list() == [exact]
    assert frame["item"].to_list() == ["fee"]
    assert Warehouse(tmp_path).read("disclosures")["value"][0] == float(exact)


def test_sql_answers_with_nullable_types(warehouse: Warehouse) -> None:
    frame = warehouse.sql("""
        SELECT year, sum(value) AS value, avg(value) AS mean, any_value(raw) AS raw, max(published_on) AS day,
            count(*) FILTER (value IS NULL) > 0 AS blanks
        FROM requests JOIN reports USING (report_id, jurisdiction, year)
        WHERE outcome = 'received' AND applicant = 'total' GROUP BY year ORDER BY year
    """)
    assert list(map(str, frame.dtypes)) == ["Int32", "Int64", "Float64", "string", "datetime64[us]", "boolean"]
    assert frame["value"].to_list() == [20, 100, 57]
    assert warehouse.sql("SELECT count(*) AS n FROM requests_wide")["n"][0] == len(warehouse.read("reports"))
    assert str(warehouse.sql("SELECT value FROM requests WHERE false")["value"].dtype) == "Int64"


def test_a_release_is_read_as_the_warehouse_is(warehouse: Warehouse, root: Path) -> None:
    assert warehouse.releases == ["2026-01-01", "2026-01-02"]
    release = warehouse.release(datetime.date(2026, 1, 1))
    assert repr(release) == f"Warehouse('{root}/_releases/2026-01-01')"
    for table in warehouse.tables.index:
        pd.testing.assert_frame_equal(release.read(table), warehouse.read(table))
    frozen, current = (one.panel("requests", index="report_id") for one in (release, warehouse))
    pd.testing.assert_frame_equal(frozen, current)
    sql = "SELECT * FROM requests_wide ORDER BY report_id"
    pd.testing.assert_frame_equal(release.sql(sql), warehouse.sql(sql))
    some = warehouse.read("reports")["report_id"][0]
    pd.testing.assert_frame_equal(release.evidence(some), warehouse.evidence(some))
    assert release.releases == []


def test_sql_over_a_release_gives_the_rows_of_a_division(warehouse: Warehouse) -> None:
    release = warehouse.release("2026-01-02")
    sql = f"SELECT count(*) AS n FROM requests WHERE jurisdiction = '{WENDENG}' AND year = 2024"
    assert release.sql(sql)["n"][0] == len(warehouse.read("requests", jurisdiction=WENDENG, years=2024))


@pytest.mark.parametrize("place", ["memory", "s3"])
def test_an_object_store_is_read_by_its_url(
    warehouse: Warehouse, root: Path, place: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if place == "s3":
        server: S3 = request.getfixturevalue("s3")
        url = f"{server.url}/here"
    else:
        url = f"memory://{tmp_path.name}/here"
    bucket = Bucket(url)
    for path in Folder(root).names(""):
        bucket.write(path, (root / path).read_bytes())
    remote = Warehouse(url)
    assert repr(remote) == f"Warehouse('{url}')"
    for one, other in ((remote, warehouse), (remote.release("2026-01-01"), warehouse)):
        for words in ({"jurisdiction": WENDENG}, {"jurisdiction": "CN-37*", "years": 2024}):
            pd.testing.assert_frame_equal(one.read("requests", **words), other.read("requests", **words))
        assert len(one.sql("FROM requests_wide")) == len(other.panel("requests", index="report_id"))


def test_an_open_warehouse_reads_files_as_they_are_now(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report_of("a", 2024)], "requests": [request("a-2024", value=1)]})
    warehouse = Warehouse(tmp_path)
    assert warehouse.read("requests", jurisdiction=HERE.jurisdiction)["value"].to_list() == [1]
    publish(tmp_path, HERE, {"reports": [report_of("a", 2024)], "requests": [request("a-2024", value=2)]})
    publish(tmp_path, Partition(HERE.jurisdiction, 2023), {"reports": [report_of("a", 2023)], "requests": []})
    for words in (HERE.jurisdiction, "CN-*"):
        assert warehouse.read("requests", jurisdiction=words)["value"].to_list() == [2]
        assert len(warehouse.panel("requests", jurisdiction=words)) == 2
    assert warehouse.sql("SELECT value FROM requests")["value"].to_list() == [2]


def test_a_reader_beside_a_writer_sees_a_partition_before_or_after(tmp_path: Path) -> None:
    code = f"""
from tests.support.warehouse.rows import HERE, report, request
from warehouse.publish.write import publish
from pathlib import Path
for value in range(1, 16):
    rows = [request("a", outcome, value=value) for outcome in {OUTCOMES!r}]
    publish(Path({str(tmp_path)!r}), HERE, {{"reports": [report("a")], "requests": rows}})
"""
    publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a", one, value=0) for one in OUTCOMES]})
    warehouse = Warehouse(tmp_path)
    with subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY) as writer:
        while writer.poll() is None:
            values = warehouse.read("requests", jurisdiction=HERE.jurisdiction)["value"].to_list()
            assert (len(values), len(set(values))) == (len(OUTCOMES), 1)
    assert writer.returncode == 0
    assert warehouse.read("requests")["value"].to_list() == [15] * len(OUTCOMES)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda one: one.read("requests", outcome="refused.state"),
            "no such outcome: refused.state; these are refus",
        ),
        (lambda one: one.read("requests", labels="fr"), "no such language of labels: fr; these are zh, en"),
        (
            lambda one: one.read("requests", jurisdiction="CN-999999"),
            "no such jurisdiction: CN-999999; these are CN-",
        ),
        (lambda one: one.to_arrow("request"), "no such table: request; these are requests"),
        (lambda one: one.panel("sections"), "no such table of figures: sections; these are disclosures, indicators"),
        (
            lambda one: one.panel("requests", index="agencyid"),
            "no such column in reports: agencyid; these are a",
        ),
        (lambda one: one.panel("requests", ground="x"), "no such column in reports: ground; these are "),
        (lambda one: one.panel("requests", index=[]), "name at least one column in index, and each once"),
        (lambda one: one.panel("requests", index=["year", "year"]), "name at least one column in index, and each"),
        (lambda one: one.panel("requests", columns="value"), "a panel has a column for each figure: choose figures"),
        (lambda one: one.evidence(5), "no report 5: "),
        (lambda one: one.sql(5), "5 is no SQL: give one SELECT as text"),
        (lambda one: Warehouse(5), "5 is no warehouse: give its folder"),  # type: ignore[arg-type]
        (lambda one: Warehouse(__file__), f"{__file__} is no warehouse: give its folder"),
        (lambda one: one.sql("DROP TABLE requests"), "the warehouse is read-only here: give a SELECT"),
        (lambda one: one.sql("FROM request"), "Catalog Error: Table with name request does not exist!"),
        (lambda one: one.release("2025-12-31"), "no release 2025-12-31 of "),
        (lambda one: one.release("2026-01-01").release("x"), "no release x of "),
        (lambda one: one.columns("x"), "no such table: x; these are "),
    ],
)
def test_errors_are_one_line_with_what_exists(
    warehouse: Warehouse, ask: Callable[[Warehouse], object], message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        ask(warehouse)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_an_unknown_release_lists_those_that_exist(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"there are 2026-01-01, 2026-01-02$"):
        warehouse.release("2024-01-01")
    publish(tmp_path, HERE, {"reports": [report("a")]})
    with pytest.raises(QueryError, match=r"`nianbao release` writes one$"):
        Warehouse(tmp_path).release("2024-01-01")


def test_a_place_without_tables_names_the_remedy(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere", tmp_path, f"memory://{tmp_path.name}"):
        with pytest.raises(QueryError, match=r"^no tables under .*: run `nianbao demo`"):
            Warehouse(place)
    assert not (tmp_path / "nowhere").exists()
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a")]})
    with pytest.raises(QueryError, match=f"^no tables under {tmp_path}, but under {tmp_path}/warehouse: open that$"):
        Warehouse(tmp_path)
    with pytest.raises(QueryError, match=r"^nosuch://x cannot be opened"):
        Warehouse("nosuch://x")


def test_a_place_is_found_from_another_folder_and_told_when_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "here", HERE, {"reports": [report("a")], "requests": [request("a")]})
    monkeypatch.chdir(tmp_path)
    warehouse = Warehouse("here")
    monkeypatch.chdir("/")
    assert len(warehouse.read("requests")) == 1
    (tmp_path / "here").rename(tmp_path / "there")
    questions: list[Callable[[], object]] = [
        lambda: warehouse.read("requests", jurisdiction="CN-37*"),
        lambda: warehouse.to_arrow("requests"),
        lambda: warehouse.panel("requests"),
        lambda: warehouse.sql("FROM requests"),
        lambda: warehouse.evidence("a"),
        lambda: warehouse.releases,
    ]
    for ask in questions:
        with pytest.raises(QueryError, match=f"^no tables under {tmp_path}/here: "):
            ask()


def test_columns_of_one_name_in_sql_get_numbers(warehouse: Warehouse) -> None:
    assert list(warehouse.sql("SELECT 1 AS a, 2 AS a_1, 3 AS a, 4 AS a").columns) == ["a", "a_1", "a_2", "a_3"]


def test_codes_that_the_codebook_lists_are_checked_and_have_words(tmp_path: Path) -> None:
    codes = ["items_published", "litigations_other", "local.1"]
    rows = {"reports": [report("a")], "indicators": [indicator("a", code) for code in codes]}
    publish(tmp_path, HERE, rows)
    assert len(Warehouse(tmp_path).read("indicators", indicator="x")) == 0
    write_dimension(tmp_path, "codebook", codebook_rows())
    warehouse = Warehouse(tmp_path)
    wrong = {"indicators": {"indicator": "items_publishd"}, "findings": {"check": "x*"}, "statements": {"metric": "x"}}
    for table, conditions in wrong.items():
        with pytest.raises(QueryError, match=r"^no such \w+: .*; these are [a-z_]+, .* in all\)$"):
            warehouse.read(table, **conditions)  # type: ignore[arg-type]
    assert warehouse.read("indicators", indicator=["items_*", "local.*"])["indicator"].to_list() == codes[::2]
    words = ["（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "（三）其他情形数（litigations_other）"]
    named = warehouse.read("indicators", labels="zh")["indicator"]
    assert (named.to_list(), str(named.dtype)) == ([*words, "local.1"], "string")
    assert list(warehouse.panel("indicators", index="report_id", labels="zh").columns) == words


def test_a_frame_with_lists_is_compared_described_and_saved(warehouse: Warehouse, tmp_path: Path) -> None:
    for table in ("findings", "disclosures"):
        frame = warehouse.read(table)
        assert len(pd.concat([frame, frame]).drop_duplicates()) == len(frame)
        assert list(frame.describe(include="all").columns) == list(frame.columns)
        frame.to_parquet(tmp_path / "saved.parquet")
        assert len(pd.read_parquet(tmp_path / "saved.parquet")) == len(frame)


def test_a_warehouse_without_manifest_is_opened(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")]})
    compact_manifest(Folder(tmp_path))
    (tmp_path / "_manifest" / "partitions.parquet").unlink()
    assert len(Warehouse(tmp_path).read("reports")) == 1
    partition_file(tmp_path, "reports", HERE).unlink()
    with pytest.raises(QueryError, match=r"^no tables under"):
        Warehouse(tmp_path)


def test_help_tells_what_there_is(warehouse: Warehouse, root: Path) -> None:
    assert repr(warehouse) == f"Warehouse('{root}')"
    assert warehouse.tables["en"]["requests"].startswith("one row is a figure of table 三")
    columns = warehouse.columns("requests")
    assert columns["unit"]["value"] == "件"
    assert columns["values"]["outcome"][:2] == ("received", "carried_in")
    text = Warehouse.__doc__ or ""
    public = [name for name in vars(Warehouse) if not name.startswith("_")]
    assert [name for name in public if f".{name}" not in text] == []


def test_the_command_line_starts_without_pandas() -> None:
    code = """
import sys
from flows.__main__ import main
sys.argv = ["nianbao", "--help"]
try:
    main()
except SystemExit:
    pass
print(sorted({"pandas", "duckdb", "pyarrow.dataset"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "pandas" not in done.stdout.splitlines()[-1]
