"""Saved plans: what of them is done, which process carries them out, and which responses they keep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update

from extractors.archive.archive import Archive
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from extractors.web.response import Response
from flows.ledger.backfill_plans import ABANDONED, PlanStep
from flows.ledger.ledger import Ledger
from flows.ledger.run_lock import AlreadyRunning
from flows.ledger.tables import backfill_plans
from tests.support.paths import REPOSITORY
from tests.support.servers.scripted import Answer, ScriptedServer
from warehouse.storage.store import open_store

HOLD = """
import sys
import time
from flows.ledger.ledger import Ledger

with Ledger(sys.argv[1]) as ledger, ledger.lock("work"):
    print("held", flush=True)
    sys.stdin.read()
"""
NOW = datetime.now(UTC)
LIST = Response(
    url="http://x.cn/nb",
    final_url="http://x.cn/nb/",
    status=200,
    outcome="ok",
    body="<p>年报</p>".encode(),
    headers={"content-type": "text/html"},
    fetched_at=NOW,
    reason="HTTP 200 OK",
)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger(database_url) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(open_store(tmp_path / "archive"))


def test_plan_is_resumed_until_it_is_finished(ledger: Ledger, database_url: str) -> None:
    assert ledger.plans.unfinished("all") is None
    plan = ledger.plans.create("all", {"requests": 3}, [("b", 2020), ("a", 2019), ("a", 2020)])
    with Ledger(database_url) as other:
        assert other.plans.unfinished("all") == other.plans.plan(plan.plan_id) == plan
        assert other.plans.unfinished("some") is None
        other.plans.mark_done(plan.plan_id, "a", 2020, [("http://x.cn/1.html", "gone")], [{"kind": "blocked"}])
    first, *left = ledger.plans.steps(plan.plan_id)
    noted = PlanStep("a", 2020, failures=(("http://x.cn/1.html", "gone"),), alarms=({"kind": "blocked"},))
    assert first == replace(noted, done=first.done)
    assert first.done is not None
    assert left == [PlanStep("a", 2019), PlanStep("b", 2020)]
    ledger.plans.finish(plan.plan_id)
    assert ledger.plans.unfinished("all") is None
    with pytest.raises(KeyError):
        ledger.plans.plan("another")


def test_new_plan_replaces_an_interrupted_one(ledger: Ledger) -> None:
    former = ledger.plans.create("all", {}, [("a", 2020)])
    later = ledger.plans.create("all", {}, [("a", 2020)])
    assert former.plan_id != later.plan_id
    assert ledger.plans.unfinished("all") == later


def test_abandoned_plans_are_finished(ledger: Ledger, archive: Archive, database_url: str) -> None:
    old = {
        request: ledger.plans.create(request, {}, [("a", 2020)]).plan_id
        for request in ("abandoned", "asking", "done", "new")
    }
    long_ago = NOW - ABANDONED - timedelta(days=1)
    ledger.saved_responses(old["abandoned"], archive).put("list", replace(LIST, fetched_at=long_ago))
    for request in ("asking", "new"):
        ledger.saved_responses(old[request], archive).put("list", LIST)
    ledger.plans.mark_done(old["done"], "a", 2020, [])
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(update(backfill_plans).where(backfill_plans.c.request != "new").values(began=long_ago))
    engine.dispose()
    ledger.plans.create("another", {}, [("a", 2020)])
    assert ledger.plans.unfinished("abandoned") is None
    assert ledger.saved_responses(old["abandoned"], archive).get("list") is None
    assert all(ledger.plans.unfinished(request) for request in ("asking", "done", "new", "another"))
    assert ledger.saved_responses(old["asking"], archive).get("list") == LIST


def test_responses_are_saved_whole(ledger: Ledger, archive: Archive) -> None:
    answers = ledger.saved_responses(ledger.plans.create("all", {}, [("a", 2020)]).plan_id, archive)
    gone = replace(LIST, status=404, outcome="gone", body=b"", reason="HTTP 404 Not Found")
    silent = replace(LIST, status=None, outcome="unreachable", body=b"")
    for key, response in (("list", LIST), ("gone", gone), ("silent", silent)):
        answers.put(key, response)
    assert (answers.get("list"), answers.get("gone")) == (LIST, gone)
    assert answers.get("silent") is None
    assert answers.get("another") is None
    answers.put("list", gone)
    assert answers.get("list") == gone


def test_response_whose_body_is_lost_is_none(ledger: Ledger, archive: Archive, tmp_path: Path) -> None:
    answers = ledger.saved_responses(ledger.plans.create("all", {}, [("a", 2020)]).plan_id, archive)
    answers.put("list", LIST)
    (capture,) = (path for path in (tmp_path / "archive").rglob("*") if path.is_file())
    capture.write_bytes(b"")
    assert answers.get("list") is None


def test_responses_belong_to_one_plan_and_are_deleted_with_it(ledger: Ledger, archive: Archive) -> None:
    one, other = (ledger.plans.create(request, {}, [("a", 2020)]).plan_id for request in ("one", "other"))
    for plan in (one, other):
        ledger.saved_responses(plan, archive).put("list", LIST)
    ledger.plans.finish(one)
    assert ledger.saved_responses(one, archive).get("list") is None
    assert ledger.saved_responses(other, archive).get("list") == LIST


def test_lock_is_held_by_one_process_and_ends_when_that_is_killed(ledger: Ledger, database_url: str) -> None:
    command = [sys.executable, "-c", HOLD, database_url]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), ledger.lock("work"):
            pass
        with ledger.lock("other work"):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    wait_for_lock(ledger, "work")
    with ledger.lock("work"):
        pass


def wait_for_lock(ledger: Ledger, name: str) -> None:
    """Take a lock and give it back, as soon as the database notices that the connection of its holder is gone."""
    end = time.monotonic() + 30
    while True:
        try:
            with ledger.lock(name):
                return
        except AlreadyRunning:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("status", "age", "requests"),
    [(200, 1.0, 1), (200, 90_000.0, 2), (404, 1.0, 1), (503, 1.0, 1), (503, 400.0, 2)],
)
def test_saved_robots_are_used_for_as_long_as_rfc_9309_allows(
    ledger: Ledger, archive: Archive, status: int, age: float, requests: int
) -> None:
    answers = ledger.saved_responses(ledger.plans.create("all", {}, [("a", 2020)]).plan_id, archive)
    with ScriptedServer() as server:
        server.serve("/robots.txt", Answer(status=status, body=b"User-agent: *\nDisallow: /closed/\n"))
        address = f"{server.url}/robots.txt"
        with PoliteClient(server.politeness(retries=0), cache=answers) as session:
            session.get(Request(f"{server.url}/closed/a"))
        kept = answers.get(address)
        assert kept is not None
        answers.put(address, replace(kept, fetched_at=kept.fetched_at - timedelta(seconds=age)))
        with PoliteClient(server.politeness(retries=0), cache=answers) as session:
            refused = session.get(Request(f"{server.url}/closed/a")).outcome
    assert len([asked for asked in server.requests if asked.path == "/robots.txt"]) == requests
    assert (refused == "refused_by_robots") == (status == 200)
