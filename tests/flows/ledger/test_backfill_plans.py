"""Plans that are written down: what of them is done, who carries them out, and which answers they keep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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
from flows.ledger.backfill_plans import ABANDONED, BackfillPlans, PlanStep
from flows.ledger.run_lock import AlreadyRunning
from flows.ledger.tables import plans as plan_table
from tests.support.paths import REPOSITORY
from tests.support.servers.loopback import Answer, Loopback

HOLD = """
import sys
from flows.ledger.backfill_plans import BackfillPlans

with BackfillPlans(sys.argv[1]) as plans, plans.claimed("work"):
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
def plans(database_url: str) -> Iterator[BackfillPlans]:
    with BackfillPlans(database_url) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_plan_is_gone_on_with_until_it_is_finished(plans: BackfillPlans, database_url: str) -> None:
    assert plans.unfinished("all") is None
    plan = plans.write("all", {"requests": 3}, [("b", 2020), ("a", 2019), ("a", 2020)])
    with BackfillPlans(database_url) as others:
        assert others.unfinished("all") == others.plan(plan.plan_id) == plan
        assert others.unfinished("some") is None
        others.note_done(plan.plan_id, "a", 2020, [("http://x.cn/1.html", "gone")], [{"kind": "blocked"}])
    first, *left = plans.steps(plan.plan_id)
    noted = PlanStep("a", 2020, failures=(("http://x.cn/1.html", "gone"),), alarms=({"kind": "blocked"},))
    assert first == replace(noted, done=first.done)
    assert first.done is not None
    assert left == [PlanStep("a", 2019), PlanStep("b", 2020)]
    plans.finish(plan.plan_id)
    assert plans.unfinished("all") is None
    with pytest.raises(KeyError):
        plans.plan("another")


def test_plan_that_is_made_anew_takes_the_place_of_one_that_was_cut_off(plans: BackfillPlans) -> None:
    former = plans.write("all", {}, [("a", 2020)])
    later = plans.write("all", {}, [("a", 2020)])
    assert former.plan_id != later.plan_id
    assert plans.unfinished("all") == later


def test_plans_that_nobody_goes_on_with_are_given_up(plans: BackfillPlans, archive: Archive, database_url: str) -> None:
    old = {wish: plans.write(wish, {}, [("a", 2020)]).plan_id for wish in ("abandoned", "asking", "done", "new")}
    long_ago = NOW - ABANDONED - timedelta(days=1)
    plans.answers(old["abandoned"], archive).put("list", replace(LIST, fetched_at=long_ago))
    for wish in ("asking", "new"):
        plans.answers(old[wish], archive).put("list", LIST)
    plans.note_done(old["done"], "a", 2020, [])
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(update(plan_table).where(plan_table.c.asked != "new").values(began=long_ago))
    engine.dispose()
    plans.write("another", {}, [("a", 2020)])
    assert plans.unfinished("abandoned") is None
    assert plans.answers(old["abandoned"], archive).get("list") is None
    assert all(plans.unfinished(wish) for wish in ("asking", "done", "new", "another"))
    assert plans.answers(old["asking"], archive).get("list") == LIST


def test_answers_of_servers_are_kept_with_all_that_they_said(plans: BackfillPlans, archive: Archive) -> None:
    answers = plans.answers(plans.write("all", {}, [("a", 2020)]).plan_id, archive)
    gone = replace(LIST, status=404, outcome="gone", body=b"", reason="HTTP 404 Not Found")
    silent = replace(LIST, status=None, outcome="unreachable", body=b"")
    for key, response in (("list", LIST), ("gone", gone), ("silent", silent)):
        answers.put(key, response)
    assert (answers.get("list"), answers.get("gone")) == (LIST, gone)
    assert answers.get("silent") is None
    assert answers.get("another") is None
    answers.put("list", gone)
    assert answers.get("list") == gone


def test_answer_whose_body_is_lost_is_none(plans: BackfillPlans, archive: Archive, tmp_path: Path) -> None:
    answers = plans.answers(plans.write("all", {}, [("a", 2020)]).plan_id, archive)
    answers.put("list", LIST)
    (capture,) = (path for path in (tmp_path / "archive").rglob("*") if path.is_file())
    capture.write_bytes(b"")
    assert answers.get("list") is None


def test_answers_are_those_of_one_plan_and_go_with_it(plans: BackfillPlans, archive: Archive) -> None:
    one, other = (plans.write(wish, {}, [("a", 2020)]).plan_id for wish in ("one", "other"))
    for plan in (one, other):
        plans.answers(plan, archive).put("list", LIST)
    plans.finish(one)
    assert plans.answers(one, archive).get("list") is None
    assert plans.answers(other, archive).get("list") == LIST


def test_claim_is_held_by_one_process_and_ends_when_it_is_killed(plans: BackfillPlans, database_url: str) -> None:
    command = [sys.executable, "-c", HOLD, database_url]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), plans.claimed("work"):
            pass
        with plans.claimed("other work"):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    with plans.claimed("work"):
        pass
    with plans.claimed("work"):
        pass


@pytest.mark.parametrize(
    ("status", "age", "requests"),
    [(200, 1.0, 1), (200, 90_000.0, 2), (404, 1.0, 1), (503, 1.0, 1), (503, 400.0, 2)],
)
def test_robots_that_were_kept_are_gone_by_for_as_long_as_rfc_9309_allows(
    plans: BackfillPlans, archive: Archive, status: int, age: float, requests: int
) -> None:
    answers = plans.answers(plans.write("all", {}, [("a", 2020)]).plan_id, archive)
    with Loopback() as server:
        server.answer("/robots.txt", Answer(status, body=b"User-agent: *\nDisallow: /closed/\n"))
        address = f"{server.url}/robots.txt"
        with PoliteClient(server.politeness(retries=0), cache=answers) as session:
            session.get(Request(f"{server.url}/closed/a"))
        kept = answers.get(address)
        assert kept is not None
        answers.put(address, replace(kept, fetched_at=kept.fetched_at - timedelta(seconds=age)))
        with PoliteClient(server.politeness(retries=0), cache=answers) as session:
            refused = session.get(Request(f"{server.url}/closed/a")).outcome
    assert len([asked for asked in server.asked if asked.path == "/robots.txt"]) == requests
    assert (refused == "refused_by_robots") == (status == 200)
