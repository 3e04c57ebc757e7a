"""What readers rely on: columns may be added and types widened, nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.support.paths import REPOSITORY
from tests.support.warehouse.rows import HERE, published_files, report, request
from warehouse import schema
from warehouse.arrow_types import widens
from warehouse.maintain import MaintenanceStep, rewrite_outdated_files
from warehouse.paths import SCHEMA_FILE
from warehouse.publish.schema_contract import (
    Contract,
    SchemaContractError,
    contract_breaches,
    contract_of,
    enforce_contract,
    record_contract,
    recorded_contract,
    rewrites_due,
)
from warehouse.publish.write import publish
from warehouse.schema import load_tables
from warehouse.storage.store import Folder, Store, open_store

TODAY = contract_of(load_tables())


def changed(**tables: dict[str, object]) -> Contract:
    """Today's contract with other properties of some tables."""
    return TODAY | {name: TODAY[name].model_copy(update=changes) for name, changes in tables.items()}


def column(table: str, name: str, **changes: object) -> dict[str, object]:
    """Return the columns of a table with other properties of one."""
    columns = TODAY[table].columns
    return {"columns": columns | {name: columns[name].model_copy(update=changes)}}


def without(table: str, name: str) -> dict[str, object]:
    return {"columns": {own: told for own, told in TODAY[table].columns.items() if own != name}}


BREACHES = {
    "a table is gone": (TODAY, {name: table for name, table in TODAY.items() if name != "requests"}, "table requests"),
    "a column is gone": (TODAY, changed(requests=without("requests", "raw")), "column raw of requests is gone"),
    "a type narrows": (TODAY, changed(requests=column("requests", "value", type="int32")), "was int64, which int32"),
    "the key changes": (TODAY, changed(requests={"key": ("report_id",)}), "the key of requests was report_id, outcome"),
    "a required column is new": (changed(requests=without("requests", "raw")), TODAY, "raw of requests is new and"),
    "partitions go": (TODAY, changed(requests={"partitioned": False}), "requests was partitioned"),
}
DEBTS = {
    "a column becomes required": (changed(requests=column("requests", "raw", nullable=True)), "was not required"),
    "a code goes": (changed(requests=column("requests", "state", values=("number", "lost"))), "might hold lost"),
    "codes come": (changed(requests=column("requests", "state", values=())), "might hold any text"),
    "the order changes": (changed(requests={"sort": ("report_id",)}), "requests was sorted by report_id"),
}
KEPT = {
    "a nullable column": changed(requests=without("requests", "implied")),
    "a table": {name: table for name, table in TODAY.items() if name != "indicators"},
    "a wider type": changed(requests=column("requests", "value", type="int32")),
    "no value needed": changed(requests=column("requests", "value", nullable=False)),
}


@pytest.mark.parametrize("case", BREACHES)
def test_changes_that_break_the_contract(case: str) -> None:
    before, now, reason = BREACHES[case]
    (line,) = contract_breaches(before, now)
    assert reason in line


@pytest.mark.parametrize("case", DEBTS)
def test_changes_that_depend_on_stored_rows(case: str) -> None:
    before, reason = DEBTS[case]
    assert contract_breaches(before, TODAY) == []
    ((line,),) = rewrites_due(before, TODAY).values()
    assert reason in line


@pytest.mark.parametrize("case", KEPT)
def test_changes_that_keep_the_contract(case: str) -> None:
    assert (contract_breaches(KEPT[case], TODAY), rewrites_due(KEPT[case], TODAY)) == ([], {})


@pytest.mark.parametrize(
    ("before", "now", "wider"),
    [
        ("int32", "int64", True),
        ("int64", "double", False),
        ("decimal(20,4)", "decimal(20,6)", False),
        ("decimal(20,4)", "decimal(22,6)", True),
        ("list(int32)", "list(int64)", True),
        ("list(int64)", "list(int32)", False),
        ("string", "list(string)", False),
    ],
)
def test_wider_types(before: str, now: str, wider: bool) -> None:
    assert widens(before, now) == wider


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Folder(tmp_path / "w") if request.param == "folder" else open_store(f"memory://{tmp_path.name}")


def test_the_first_publication_records_the_contract_and_later_ones_extend_it(store: Store) -> None:
    assert recorded_contract(store) is None
    publish(store, HERE, {"reports": [report("a")]})
    assert recorded_contract(store) == TODAY
    record_contract(store, KEPT["a nullable column"])
    other = anew(store)
    enforce_contract(other)
    assert recorded_contract(store) == TODAY


def anew(store: Store) -> Store:
    """Return the same store as another process opens it."""
    return Folder(store.root) if isinstance(store, Folder) else open_store(store.uri("").rstrip("/"))


def test_nothing_is_written_if_the_contract_would_break(store: Store) -> None:
    record_contract(store, BREACHES["a required column is new"][0])
    with pytest.raises(
        SchemaContractError, match=r"this breaks the contract with readers: column raw .*; take the change back, or set"
    ) as no:
        publish(store, HERE, {"reports": [report("a")]})
    assert "\n" not in str(no.value)
    record_contract(store, DEBTS["a code goes"][0])
    with pytest.raises(SchemaContractError, match="might hold lost: run `nianbao maintain`"):
        publish(store, HERE, {"reports": [report("a")]})
    assert [path for path in store.names("") if "parquet" in path] == []


def test_a_damaged_contract_is_reported(store: Store) -> None:
    store.write(SCHEMA_FILE, b"{")
    with pytest.raises(SchemaContractError, match=r"_schema\.json of the warehouse cannot be read: restore it"):
        enforce_contract(store)


class Declared:
    """Declarations that a test may change, and a warehouse written before they were."""

    def __init__(self, folder: Path, tables: Path) -> None:
        self.warehouse, self.tables = folder / "w", tables
        requests = [request("a", value=None, raw="", state="blank"), request("b")]
        publish(self.store, HERE, {"reports": [report("a"), report("b")], "requests": requests})

    @property
    def store(self) -> Store:
        """The store as another process opens it."""
        return Folder(self.warehouse)

    def change(self, old: str, new: str) -> None:
        """Change the declaration of requests."""
        path = self.tables / "requests.yml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        load_tables.cache_clear()

    def maintain(self, *, dry: bool = False) -> MaintenanceStep:
        return rewrite_outdated_files(self.store, lambda done, total: None, dry=dry)

    def files(self) -> dict[str, bytes]:
        return published_files(self.warehouse)


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Declared]:
    shutil.copytree(REPOSITORY / "warehouse" / "tables", tmp_path / "tables")
    monkeypatch.setattr(schema, "TABLES_FOLDER", tmp_path / "tables")
    load_tables.cache_clear()
    yield Declared(tmp_path, tmp_path / "tables")
    load_tables.cache_clear()


VALUE = "  - {name: value, type: int64,"
COLOUR = "  - {name: colour, type: string, zh: 颜色, en: colour}\n"
PATH = "requests/jurisdiction=CN-371003/year=2024/data.parquet"
PROGRAM = """
import json, sys
from pathlib import Path
from warehouse.publish import read, write
from warehouse.storage.store import Folder

store, partition = Folder(Path(sys.argv[1])), write.Partition("CN-371003", 2024)
rows = read.read_reports(store, partition, ["a"])
write.publish(store, partition, {**rows, "requests": [{**row, "colour": "red"} for row in rows["requests"]]})
print(json.dumps([row["colour"] for row in read.read_reports(store, partition, ["a", "b"])["requests"]]))
"""


def test_a_column_is_one_line_and_old_rows_have_none(tmp_path: Path) -> None:
    """A copy of the package whose declaration has one more column, in a process of its own."""
    shutil.copytree(REPOSITORY / "warehouse", tmp_path / "warehouse", ignore=shutil.ignore_patterns("__pycache__"))
    older = Declared(tmp_path, tmp_path / "warehouse" / "tables")
    older.change(VALUE, COLOUR + VALUE)
    command = [sys.executable, "-c", PROGRAM, str(older.warehouse)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True)
    assert json.loads(done.stdout) == ["red", None]
    with pytest.raises(SchemaContractError, match="column colour of requests is gone"):
        publish(older.store, HERE, {"reports": [report("a")]})


def test_old_files_are_rewritten_once(declared: Declared) -> None:
    before = declared.files()
    declared.change(VALUE, COLOUR + VALUE)
    expected = ["1 files of requests rewritten", "_schema.json updated to today's declarations"]
    assert declared.maintain(dry=True).done == expected
    assert declared.files() == before
    assert declared.maintain().done == expected
    after = declared.files()
    assert {name for name, data in after.items() if data != before[name]} == {PATH}
    assert declared.maintain().done == []
    assert declared.files() == after


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (VALUE, "  - {name: number, type: int64,", "column value of requests is gone"),
        (VALUE, "  - {name: value, type: int32,", "was int64, which int32 cannot hold"),
        ("key: [report_id, outcome, applicant]", "key: [report_id, outcome]", "the key of requests was"),
        (VALUE, COLOUR.replace("string,", "string, nullable: false,") + VALUE, "new and required"),
    ],
)
def test_a_breaking_declaration_is_refused_everywhere(declared: Declared, old: str, new: str, reason: str) -> None:
    before = declared.files()
    declared.change(old, new)
    (line,) = declared.maintain().damaged
    assert reason in line
    with pytest.raises(SchemaContractError, match=reason):
        publish(declared.store, HERE, {"reports": [report("a")]})
    assert declared.files() == before


def test_a_column_becomes_required_if_every_stored_row_has_a_value(declared: Declared) -> None:
    declared.change(VALUE, VALUE.replace("int64,", "int64, nullable: false,"))
    with pytest.raises(SchemaContractError, match="value of requests was not required: run `nianbao maintain`"):
        publish(declared.store, HERE, {"reports": [report("a")]})
    (line,) = declared.maintain().damaged
    assert line.endswith(f"{PATH}: 1 rows whose value does not fit today's declaration")
    declared.change(VALUE.replace("int64,", "int64, nullable: false,"), VALUE)
    publish(declared.store, HERE, {"reports": [report("a")], "requests": [request("a")]})
    declared.change(VALUE, VALUE.replace("int64,", "int64, nullable: false,"))
    assert declared.maintain().damaged == []
    publish(declared.store, HERE, {"reports": [report("a")], "requests": [request("a", value=8)]})


def test_a_code_is_removed_if_no_stored_row_has_it(declared: Declared) -> None:
    declared.change("      - granted_in_part\n", "")
    assert declared.maintain().damaged == []
    declared.change("      - received\n", "")
    (line,) = declared.maintain().damaged
    assert "2 rows whose outcome does not fit today's declaration" in line


def test_maintain_sorts_rows_in_a_new_order(declared: Declared) -> None:
    publish(declared.store, HERE, {"reports": [report("a")], "requests": [request("a", raw="8")]})
    declared.change("sort: [report_id, outcome, applicant]", "sort: [raw, report_id, outcome, applicant]")
    with pytest.raises(SchemaContractError, match="requests was sorted by"):
        publish(declared.store, HERE, {"reports": [report("a")]})
    assert "1 files of requests rewritten" in declared.maintain().done
    with pq.ParquetFile(declared.warehouse / PATH) as file:
        assert file.read()["report_id"].to_pylist() == ["b", "a"]
    publish(declared.store, HERE, {"reports": [report("a")]})
