from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from flows.explorer.index import index as index_module
from flows.explorer.index.derived import derived
from flows.explorer.index.index import Index
from flows.explorer.index.tables import DIMENSIONS, INDEXED
from tests.support.servers.s3 import S3
from tests.support.warehouse.histories import History, do, histories
from tests.support.warehouse.rows import HERE, covered, report, request
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.manifest import add_to_manifest, compact_manifest, untracked_files
from warehouse.publish.run_log import Run
from warehouse.publish.write import publish, write_dimension
from warehouse.schema import load_tables
from warehouse.storage.store import Folder, open_store

TABLES = (*INDEXED, *DIMENSIONS, *derived())


@pytest.fixture(autouse=True)
def never_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "_FRESH", -1.0)
    monkeypatch.setattr(index_module, "_SPARING", 0)


def contents(index: Index) -> dict[str, pd.DataFrame]:
    return {name: index.frame(f'FROM "{name}" ORDER BY ALL') for name in TABLES}


def assert_same(one: Index, other: Index) -> None:
    ours, theirs = contents(one), contents(other)
    for name in TABLES:
        pd.testing.assert_frame_equal(ours[name], theirs[name], obj=name)


def county(name: str) -> dict[str, object]:
    row: dict[str, object] = {column.name: None for column in load_tables()["jurisdictions"].columns}
    return {**row, "jurisdiction": HERE.jurisdiction, "name": name, "level": "county", "full_name": name}


def check_history(root: Path, history: History) -> None:
    """Check after each step that the index which follows the warehouse equals one that is made of it now."""
    store, kept = Folder(root / "warehouse"), root / "kept"
    kept.mkdir()
    held = Index(store, kept)
    for number, step in enumerate(history.steps):
        do(store, step, Run(f"step-{number}", "1"))
        if number % 2:
            compact_manifest(store)
        fresh = Index(store, root / "nowhere")
        assert_same(held, fresh)
        fresh.close()
    held.close()
    opened_again, fresh = Index(store, kept), Index(store, root / "nowhere")
    assert_same(opened_again, fresh)
    opened_again.close()
    fresh.close()


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_an_index_that_is_refreshed_equals_one_made_anew(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    check_history(tmp_path_factory.mktemp("history"), history)


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_an_index_equals_one_made_anew_after_many_histories(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    check_history(tmp_path_factory.mktemp("history"), history)


def test_a_dimension_that_is_written_again_is_seen(tmp_path: Path) -> None:
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2024")]})
    index = Index(store, tmp_path)
    assert index.frame("SELECT name FROM places WHERE jurisdiction = 'CN-371003'")["name"].tolist() == ["CN-371003"]
    write_dimension(store, "jurisdictions", [county("文登区")])
    assert index.frame("SELECT name FROM places WHERE jurisdiction = 'CN-371003'")["name"].tolist() == ["文登区"]
    index.close()


def test_coverage_alone_refreshes_what_follows_from_it(tmp_path: Path) -> None:
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2024", agency_id="a")]})
    index = Index(store, tmp_path)
    assert index.frame("SELECT body, state FROM states").to_dict("records") == [{"body": "a", "state": "published"}]
    rows = [covered("p", "b", "blocked"), covered("p", "a", "partial")]
    publish_coverage(store, HERE, "p", lambda _: rows)
    assert index.frame("SELECT body, state FROM states ORDER BY body")["state"].tolist() == ["partial", "blocked"]
    index.close()


def test_a_file_that_is_gone_is_forgotten_with_the_next_change(tmp_path: Path) -> None:
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2024")], "requests": [request("a-2024")]})
    index = Index(store, tmp_path)
    assert len(index.frame("FROM measures")) == 1
    for path in (tmp_path / "warehouse").glob("requests/*/*/data.parquet"):
        path.unlink()
    (tmp_path / "warehouse/_manifest/partitions.parquet").unlink()
    publish(store, HERE, {"reports": [report("b-2024")]})
    assert set(index.frame("FROM reports")["report_id"]) == {"a-2024", "b-2024"}
    index.close()


def test_two_explorers_share_a_data_root(tmp_path: Path) -> None:
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2024")]})
    first, second = Index(store, tmp_path), Index(store, tmp_path)
    publish(store, HERE, {"reports": [report("b-2024")]})
    assert_same(first, second)
    first.close()
    second.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_no_obstacle(tmp_path: Path) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    tmp_path.chmod(0o500)
    try:
        index = Index(Folder(tmp_path / "warehouse"), tmp_path)
        assert len(index.frame("FROM reports")) == 1
        index.close()
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_is_not_there_is_no_obstacle(tmp_path: Path) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    index = Index(Folder(tmp_path / "warehouse"), tmp_path / "nowhere")
    assert len(index.frame("FROM reports")) == 1
    index.close()
    assert not (tmp_path / "nowhere").exists()


def test_questions_are_answered_while_it_refreshes(tmp_path: Path) -> None:
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2024")]})
    index = Index(store, tmp_path)
    with ThreadPoolExecutor(4) as threads:
        asked = [
            threads.submit(index.frame, "SELECT count(*) AS n FROM governments JOIN places USING (jurisdiction)")
            for _ in range(40)
        ]
        for number in range(5):
            publish(store, HERE, {"reports": [report(f"b{number}-2024")]})
            index.refresh()
        assert {int(one.result()["n"].item()) for one in asked} == {1}
    assert len(index.frame("FROM reports")) == 6
    index.close()


def test_a_value_that_the_question_does_not_name_is_refused(tmp_path: Path) -> None:
    publish(tmp_path / "warehouse", HERE, {"reports": [report("a-2024")]})
    index = Index(Folder(tmp_path / "warehouse"), tmp_path)
    with pytest.raises(duckdb.Error):
        index.frame("SELECT $name", {"other": 1})
    index.close()


def test_a_warehouse_that_came_without_the_files_of_its_runs_is_read(tmp_path: Path) -> None:
    own, copied = Folder(tmp_path / "own"), tmp_path / "copied"
    publish(own, HERE, {"reports": [report("a-2024")]})
    shutil.copytree(own.root / "reports", copied / "reports")
    index = Index(Folder(copied), tmp_path)
    assert index.frame("FROM reports")["report_id"].tolist() == ["a-2024"]
    index.refresh()
    assert len(index.frame("FROM reports")) == 1
    index.close()


def test_files_that_the_manifest_names_later_are_read(tmp_path: Path) -> None:
    own, other = Folder(tmp_path / "own"), Folder(tmp_path / "other")
    publish(own, HERE, {"reports": [report("a-2024")]})
    compact_manifest(own)
    publish(other, Partition("CN-371081", 2024), {"reports": [report("b-2024")]})
    index = Index(own, tmp_path)
    shutil.copytree(other.root / "reports", own.root / "reports", dirs_exist_ok=True)
    add_to_manifest(own, untracked_files(own))
    assert sorted(index.frame("FROM reports")["report_id"]) == ["a-2024", "b-2024"]
    index.close()


def test_a_warehouse_that_was_put_back_from_a_copy_is_read_anew(tmp_path: Path) -> None:
    store, copy = Folder(tmp_path / "warehouse"), tmp_path / "copy"
    publish(store, HERE, {"reports": [report("a-2024")]}, Run("first", "1"))
    compact_manifest(store)
    shutil.copytree(store.root, copy)
    publish(store, HERE, {"reports": [report("b-2024")]}, Run("second", "1"))
    compact_manifest(store)
    index = Index(store, tmp_path)
    assert sorted(index.frame("FROM reports")["report_id"]) == ["a-2024", "b-2024"]
    shutil.rmtree(store.root)
    shutil.copytree(copy, store.root)
    assert index.frame("FROM reports")["report_id"].tolist() == ["a-2024"]
    index.close()


def test_an_object_store_is_read_and_followed(s3: S3, tmp_path: Path) -> None:
    store = open_store(s3.url)
    publish(store, HERE, {"reports": [report("a-2024")]})
    index = Index(store, tmp_path)
    publish(store, HERE, {"reports": [report("b-2024")]})
    assert sorted(index.frame("FROM reports")["report_id"]) == ["a-2024", "b-2024"]
    compact_manifest(store)
    index.refresh()
    assert len(index.frame("FROM reports")) == 2
    index.close()


def test_more_rows_than_one_group_holds_are_all_there_at_once(tmp_path: Path) -> None:
    """DuckDB has groups of 122,880 rows. Of a table that the same transaction made, a question may see none of them."""
    many = 130_000
    found = {"report_id": "a-2024", "check": "row_total", "severity": "info", "cells": []}
    rows = [{**found, "message": f"{number}"} for number in range(many)]
    store = Folder(tmp_path / "warehouse")
    publish(store, HERE, {"reports": [report("a-2024")], "findings": rows}, Run("first", "1"))
    compact_manifest(store)
    index = Index(store, tmp_path)
    assert index.frame("SELECT report_id FROM findings LIMIT 1")["report_id"].tolist() == ["a-2024"]
    for path in (store.root / "_runs").glob("first.*.json"):
        path.unlink()
    assert index.frame("SELECT report_id FROM findings LIMIT 1")["report_id"].tolist() == ["a-2024"]
    assert index.frame("SELECT count(DISTINCT message) AS n FROM findings")["n"].tolist() == [many]
    index.close()
