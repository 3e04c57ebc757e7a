"""Runs that read again, in a real SQLite file: what is saved outlives a kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.ledger.ledger import Ledger
from flows.ledger.reprocess_runs import ReprocessRuns, SavedBatch

SELECTION = {"portals": ["x"], "publish": False}


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[ReprocessRuns]:
    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as opened:
        yield opened.reprocess_runs


def test_an_unfinished_run_of_the_same_selection_is_resumed(runs: ReprocessRuns) -> None:
    assert runs.unfinished(SELECTION) is None
    runs.begin("one", SELECTION)
    runs.save_batch("one", "a", "x", ["u1"], {"changes": []}, done=True)
    runs.save_batch("one", "b", "y", ["u2"], {"changes": [1]}, done=False)
    begun = runs.unfinished(SELECTION)
    assert begun is not None
    assert (begun.run_id, begun.done) == ("one", 1)
    assert runs.batches("one", "x") == [SavedBatch("a", ("u1",))]
    assert runs.batches("one", "y") == [SavedBatch("b", ("u2",))]
    assert runs.batches("two", "x") == []
    runs.delete_batch("one", "b")
    assert runs.batches("one", "y") == []
    assert runs.unfinished({**SELECTION, "publish": True}) is None
    runs.finish("one")
    assert runs.unfinished(SELECTION) is None


def test_results_are_replaced_and_come_in_the_order_of_reading(runs: ReprocessRuns) -> None:
    runs.begin("one", SELECTION)
    for batch in ("b", "a"):
        runs.save_batch("one", batch, "x", [batch], {"batch": batch}, done=False)
    runs.save_batch("one", "b", "x", ["b"], {"batch": "b", "again": True}, done=True)
    saved = runs.batch("one", "b")
    assert saved is not None
    assert (saved.result, saved.done) == ({"batch": "b", "again": True}, True)
    assert [found["batch"] for found in runs.results("one")] == ["b", "a"]
    assert runs.batch("one", "c") is None


def test_finished_runs_are_deleted_when_another_begins_and_unfinished_ones_stay(runs: ReprocessRuns) -> None:
    for run_id in ("finished", "interrupted"):
        runs.begin(run_id, {"run": run_id})
        runs.save_batch(run_id, "a", "x", [], {}, done=True)
    runs.finish("finished")
    assert len(list(runs.results("finished"))) == 1
    runs.begin("next", SELECTION)
    assert [len(list(runs.results(run_id))) for run_id in ("finished", "interrupted")] == [0, 1]


def test_a_run_that_published_deletes_all_others_and_so_does_a_new_parser(runs: ReprocessRuns) -> None:
    def begin(run_id: str, parser: str, *, publish: bool = False) -> None:
        runs.begin(run_id, {"run": run_id, "parser_version": parser, "publish": publish})
        runs.save_batch(run_id, "a", "x", [], {}, done=True)

    def left() -> list[str]:
        return [one for one in ("dry", "dry too", "published", "later") if list(runs.results(one))]

    begin("dry", "1")
    begin("dry too", "1")
    runs.finish("dry too")
    assert left() == ["dry", "dry too"]
    begin("published", "1", publish=True)
    assert left() == ["dry", "published"]
    runs.finish("published")
    assert left() == ["published"]
    assert runs.unfinished({"run": "dry", "parser_version": "1", "publish": False}) is None
    begin("dry", "1")
    begin("later", "2")
    assert left() == ["later"]


def test_a_run_of_single_documents_leaves_interrupted_runs_alone(runs: ReprocessRuns) -> None:
    whole = {"documents": [], "parser_version": "1", "publish": True}
    runs.begin("whole", whole)
    runs.save_batch("whole", "a", "x", [], {}, done=True)
    runs.begin("single", {"documents": ["u1"], "parser_version": "2", "publish": True})
    runs.finish("single")
    left = runs.unfinished(whole)
    assert left is not None
    assert (left.run_id, left.done) == ("whole", 1)
    runs.begin("next", {**whole, "portals": ["x"]})
    assert runs.unfinished({"documents": ["u1"], "parser_version": "2", "publish": True}) is None
