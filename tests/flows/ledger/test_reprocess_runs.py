"""Runs that read again, in a real SQLite file: what is noted outlives a kill, and one process reads at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.ledger.reprocess_runs import ReprocessRuns, SavedBatch
from flows.ledger.run_lock import AlreadyRunning

ASKED = {"portals": ["x"], "publish": False}


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[ReprocessRuns]:
    with ReprocessRuns(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as opened:
        yield opened


def test_a_run_that_is_not_finished_is_gone_on_with_when_the_same_is_asked_for(notes: ReprocessRuns) -> None:
    assert notes.unfinished(ASKED) is None
    notes.begin("one", ASKED)
    notes.save_batch("one", "a", "x", ["u1"], {"changes": []}, done=True)
    notes.save_batch("one", "b", "y", ["u2"], {"changes": [1]}, done=False)
    begun = notes.unfinished(ASKED)
    assert begun is not None
    assert (begun.run_id, begun.done) == ("one", 1)
    assert notes.batches("one", "x") == [SavedBatch("a", ("u1",))]
    assert notes.batches("one", "y") == [SavedBatch("b", ("u2",))]
    assert notes.batches("two", "x") == []
    notes.delete_batch("one", "b")
    assert notes.batches("one", "y") == []
    assert notes.unfinished({**ASKED, "publish": True}) is None
    notes.finish("one")
    assert notes.unfinished(ASKED) is None


def test_what_a_batch_found_is_replaced_and_told_in_the_order_of_reading(notes: ReprocessRuns) -> None:
    notes.begin("one", ASKED)
    for batch in ("b", "a"):
        notes.save_batch("one", batch, "x", [batch], {"batch": batch}, done=False)
    notes.save_batch("one", "b", "x", ["b"], {"batch": "b", "again": True}, done=True)
    noted = notes.batch("one", "b")
    assert noted is not None
    assert (noted.found, noted.done) == ({"batch": "b", "again": True}, True)
    assert [found["batch"] for found in notes.found("one")] == ["b", "a"]
    assert notes.batch("one", "c") is None


def test_what_finished_runs_found_goes_when_another_begins_and_what_others_found_stays(notes: ReprocessRuns) -> None:
    for run_id in ("finished", "cut off"):
        notes.begin(run_id, {"run": run_id})
        notes.save_batch(run_id, "a", "x", [], {}, done=True)
    notes.finish("finished")
    assert len(list(notes.found("finished"))) == 1
    notes.begin("next", ASKED)
    assert [len(list(notes.found(run_id))) for run_id in ("finished", "cut off")] == [0, 1]


def test_a_run_that_published_makes_what_all_others_found_stale_and_so_does_a_new_parser(notes: ReprocessRuns) -> None:
    def begin(run_id: str, parser: str, *, publish: bool = False) -> None:
        notes.begin(run_id, {"run": run_id, "parser_version": parser, "publish": publish})
        notes.save_batch(run_id, "a", "x", [], {}, done=True)

    def left() -> list[str]:
        return [one for one in ("dry", "dry too", "published", "later") if list(notes.found(one))]

    begin("dry", "1")
    begin("dry too", "1")
    notes.finish("dry too")
    assert left() == ["dry", "dry too"]
    begin("published", "1", publish=True)
    assert left() == ["dry", "published"]
    notes.finish("published")
    assert left() == ["published"]
    assert notes.unfinished({"run": "dry", "parser_version": "1", "publish": False}) is None
    begin("dry", "1")
    begin("later", "2")
    assert left() == ["later"]


def test_one_process_reads_at_a_time(notes: ReprocessRuns, tmp_path: Path) -> None:
    with (
        notes.claimed(),
        ReprocessRuns(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as others,
        pytest.raises(AlreadyRunning),
        others.claimed(),
    ):
        pytest.fail("both have it")
    with notes.claimed():
        pass
