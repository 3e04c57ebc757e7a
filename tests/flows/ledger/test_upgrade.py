"""A ledger that commit 014a183 made, opened by today's program: nothing in it is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from extractors.archive.archive import Archive
from flows.ledger.backfill_plans import PlanStep
from flows.ledger.ledger import Ledger
from flows.ledger.records import Assigned, RunRecord
from flows.ledger.reprocess_runs import SavedBatch, SavedResult
from flows.ledger.tables import metadata
from flows.ledger.upgrade import open_upgraded
from tests.support.warehouse.old_ledger import Rows, opened, rows_of, utc
from warehouse.storage.store import open_store

PAGE = "http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html"
PLAN = "5b5e0c9f2f5f4f07a2a6f2c6a9f3b111"
TABLES = {
    "placements": "assignments",
    "reports": "verdicts",
    "turns": "rate_limits",
    "plans": "backfill_plans",
    "plan_steps": "backfill_steps",
    "answers": "saved_responses",
    "rereadings": "reprocess_runs",
    "reread_batches": "reprocess_batches",
}
COLUMNS = {
    "listings": {"columns": "list_pages", "tried": "full_crawl_attempted", "swept": "full_crawl_completed"},
    "reports": {"told": "reports_in_document"},
    "plans": {"asked": "request", "told": "plan"},
    "rereadings": {"asked": "selection"},
    "reread_batches": {"noted": "saved", "found": "result"},
}


DROPPED = {"yielded", "lacks"}
"""What held years back, and what portals listed before: a crawl finds the latter again."""
NEW = {"covered_partitions", "agencies", "spellings", "page_parts"}
"""Bodies are seen again as reports are read again, and parts of pages as these are found unchanged."""


def test_every_row_is_kept_under_its_new_names(old_url: str, before: Rows) -> None:
    open_upgraded(old_url).dispose()
    after = rows_of(old_url, metadata)
    assert all(before.values()), "the fixture has rows of every kind"
    kept = {
        TABLES.get(name, name): [_renamed(name, row) for row in rows]
        for name, rows in before.items()
        if name not in DROPPED
    }
    for row in kept["assignments"]:
        row["agency"] = row["year"] = None
    for row in kept["verdicts"]:
        row["status"] = None
    kept["entries"] = [_staged(row) for row in kept["entries"]]
    with opened(old_url) as connection:
        assert {*inspect(connection).get_table_names()} == {*kept, *NEW, "ledger_revision"}
    assert after.keys() == kept.keys() | NEW
    for name, rows in kept.items():
        assert after[name] == sorted(map(utc, rows), key=repr), name


def _staged(row: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as it is now; the fixture has some that were read and one that could not be fetched."""
    staged = {"stage": "done" if row["reason"] is None else "deferred", "gone_since": None}
    columns = metadata.tables["entries"].columns.keys()
    return {name: (row | staged)[name] for name in columns}


@pytest.mark.parametrize(
    ("reason", "stage", "kept"),
    [
        (None, "done", None),
        ("not asked for yet", "pending", None),
        ("being read", "reading", None),
        ("held back: HTTP 412 (and 2 more)", "reading", None),
        ("HTTP 412 Precondition Failed", "deferred", "HTTP 412 Precondition Failed"),
    ],
)
def test_stages_that_reasons_stated_are_a_column(
    old_url: str, before: Rows, reason: str | None, stage: str, kept: str | None
) -> None:
    with opened(old_url) as connection:
        connection.execute(
            text("UPDATE entries SET reason = :reason WHERE url = :url"), {"reason": reason, "url": PAGE}
        )
    with Ledger(old_url) as ledger:
        entry = ledger.entries.get("sample", PAGE)
        assert entry is not None
        assert (entry.stage, entry.reason) == (stage, kept)
        assert len(ledger.entries.of_portal("sample")) == len(before["entries"])


def _renamed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {COLUMNS.get(table, {}).get(name, name): value for name, value in row.items()}


def test_what_is_known_of_documents_and_lists_is_answered(old_url: str, before: Rows) -> None:
    with Ledger(old_url) as ledger:
        assert len(ledger.addresses("sample")) == len(before["addresses"]) == 21
        address = ledger.address(PAGE)
        assert address is not None
        assert address.validators is not None
        assert ledger.assigned(PAGE) == Assigned("CN-990101")
        stages = [entry.stage for entry in ledger.entries.of_portal("sample")]
        assert (len(stages), stages.count("done"), stages.count("deferred")) == (15, 14, 1)
        assert len(ledger.verdicts("sample")) == len(before["reports"])
        (verdict,) = ledger.verdicts_on(PAGE)
        assert ledger.editions(verdict.report_id) == [verdict]
        assert (verdict.sha256, verdict.state, verdict.published_on) == (address.sha256, "published", date(2025, 3, 19))
        assert verdict.reports_in_document == 2
        listing = ledger.listings.get("sample")
        assert listing is not None
        assert (listing.list_pages, listing.complete, listing.finished) == (
            (PAGE.partition("2025")[0],),
            True,
            True,
        )
        (crawl,) = ledger.listings.full_crawls().values()
        assert crawl.attempted == crawl.completed == datetime(2026, 11, 29, 13, 10, 58, 246900, UTC)


def test_plans_and_runs_are_resumed(old_url: str, tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path / "archive"))
    archive.put("<p>年报</p>".encode())
    with Ledger(old_url) as ledger:
        plan = ledger.plans.plan(PLAN)
        assert ledger.plans.unfinished(plan.request) == plan
        assert plan.plan["portals"][0]["portal"] == "sample"
        done, left = ledger.plans.steps(PLAN)
        alarm = {"portal": "sample", "kind": "blocked", "reason": "HTTP 412"}
        at = datetime(2026, 11, 29, 9, 5, tzinfo=UTC)
        assert done == PlanStep("sample", 2024, at, ((PAGE, "HTTP 404 Not Found"),), (alarm,))
        assert left == PlanStep("sample", 2023)
        saved = ledger.saved_responses(PLAN, archive)
        page, gone = saved.get(PAGE), saved.get(f"{PAGE}?2")
        assert page is not None
        assert (page.body.decode(), page.status, page.headers) == ("<p>年报</p>", 200, {"content-type": "text/html"})
        assert gone is not None
        assert (gone.body, gone.outcome) == (b"", "gone")

        (selection,) = (row["selection"] for row in rows_of(old_url, metadata)["reprocess_runs"] if not row["finished"])
        run = ledger.reprocess_runs.unfinished(selection)
        assert run is not None
        assert (run.run_id, run.done) == ("a1", 1)
        assert ledger.reprocess_runs.batches("a1", "sample") == [
            SavedBatch("b2", (PAGE,)),
            SavedBatch("b1", (f"{PAGE}?2",)),
        ]
        result = {"tally": {"documents": 1, "changed": 0}, "changes": [], "read": [PAGE]}
        assert ledger.reprocess_runs.batch("a1", "b2") == SavedResult(result, done=True)
        began, ended = (datetime(2026, 11, 28, hour, tzinfo=UTC) for hour in (2, 3))
        assert ledger.runs.last(3)[-1] == RunRecord("n1", "nightly", began, began, ended, {"found": 14}, [alarm])
        assert [run.run_id for run in ledger.runs.unfinished()] == ["a1"]
