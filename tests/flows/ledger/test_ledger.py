"""The ledger in a real SQLite file: three dates, verdicts that outlive failures, threads and processes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from extractors.archive.archive import JournalEntry
from extractors.web.response import FetchOutcome, Validators
from flows.ledger import heartbeat
from flows.ledger.database import open_database
from flows.ledger.ledger import Ledger
from flows.ledger.listings import FullCrawl
from flows.ledger.records import Address, Assigned, Listing, Verdict

URL = "http://x.gov.cn/nb/t1.html"
FIRST = datetime(2025, 3, 31, 2, 0, tzinfo=UTC)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger(database_url) as opened:
        yield opened


def fetch(
    day: int, sha256: str | None, outcome: FetchOutcome = "ok", status: int | None = 200, **headers: str
) -> JournalEntry:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JournalEntry(URL, URL, FIRST + timedelta(days=day), status, outcome, named, sha256, "x")


def record(ledger: Ledger, one: JournalEntry) -> Address:
    """Record a fetch, and return what any other process knows of its address then."""
    expected = ledger.fetches.record(one, ledger.address(one.url))
    assert ledger.address(one.url) == expected
    ledger.fetches.flush()
    assert ledger.address(one.url) == expected
    return expected


def validators(ledger: Ledger) -> Validators | None:
    known = ledger.address(URL)
    return known.validators if known else None


def test_address_that_was_never_fetched(ledger: Ledger) -> None:
    assert ledger.address(URL) is None
    assert validators(ledger) is None


def test_three_dates_of_an_address(ledger: Ledger) -> None:
    first = record(ledger, fetch(0, "aa", etag='"1"'))
    same = record(ledger, fetch(1, "aa", etag='"1b"'))
    other = record(ledger, fetch(2, "bb", etag='"2"'))
    assert (first.first_seen, first.last_checked, first.last_changed) == (FIRST, FIRST, FIRST)
    assert (same.first_seen, same.last_checked, same.last_changed) == (FIRST, FIRST + timedelta(days=1), FIRST)
    assert other.first_seen == FIRST
    assert other.last_checked == other.last_changed == FIRST + timedelta(days=2)


def test_unchanged_answer_keeps_the_body_and_its_validators(ledger: Ledger) -> None:
    record(ledger, fetch(0, "aa", etag='"1"', last_modified="Mon"))
    known = record(ledger, fetch(1, None, "not_modified", 304))
    assert (known.sha256, known.last_changed) == ("aa", FIRST)
    assert validators(ledger) == Validators('"1"', "Mon")


@pytest.mark.parametrize("outcome", ["unreachable", "throttled", "gone", "refused_by_robots"])
def test_failure_keeps_what_is_known_of_the_body(ledger: Ledger, outcome: FetchOutcome) -> None:
    record(ledger, fetch(0, "aa", etag='"1"'))
    known = record(ledger, fetch(1, None, outcome, None, etag='"error page"'))
    assert (known.outcome, known.sha256, known.etag) == (outcome, "aa", '"1"')
    assert (known.last_changed, known.last_checked) == (FIRST, FIRST + timedelta(days=1))


def test_address_that_fails_first_is_new_when_its_body_comes(ledger: Ledger) -> None:
    failed = record(ledger, fetch(0, None, "unreachable", 500, etag='"e"'))
    assert (failed.last_changed, validators(ledger)) == (None, None)
    known = record(ledger, fetch(1, "aa"))
    assert (known.first_seen, known.last_changed) == (FIRST, FIRST + timedelta(days=1))
    assert validators(ledger) is None


def test_times_without_zone_are_refused_and_others_become_utc(ledger: Ledger) -> None:
    shanghai = FIRST.astimezone(tz=datetime.strptime("+0800", "%z").tzinfo)
    record(ledger, replace(fetch(0, "aa"), fetched_at=shanghai))
    (known,) = ledger.addresses("x").values()
    assert known.last_checked.isoformat() == "2025-03-31T02:00:00+00:00"
    naive = Listing("x", (), complete=True, outcome="ok", reason=None, began=datetime(2025, 1, 1), finished=True)
    with pytest.raises(Exception, match="has no time zone"):
        ledger.listings.save(naive)


SETTLED = Verdict("r1", URL, "x", "CN-990101", "甲子县人民政府", 2020, "aa", "1", "published")


def test_verdict_is_kept_once(ledger: Ledger) -> None:
    ledger.record_verdict(SETTLED)
    ledger.record_verdict(SETTLED)
    assert ledger.verdicts_on(URL) == [SETTLED]
    assert ledger.verdicts_on("http://x.gov.cn/other") == []
    assert (ledger.verdicts("x"), ledger.verdicts("y")) == ([SETTLED], [])


def test_verdict_on_older_bytes_is_dropped(ledger: Ledger) -> None:
    ledger.record_verdict(SETTLED)
    again = replace(SETTLED, report_id="r2", sha256="bb", state="quarantined", reason="a label is unknown")
    ledger.record_verdict(again)
    ledger.record_verdict(replace(again, report_id="r3"))
    assert [one.report_id for one in ledger.verdicts_on(URL)] == ["r2", "r3"]


def test_unread_verdict_leaves_the_published_one_and_the_next_verdict_replaces_it(ledger: Ledger) -> None:
    ledger.record_verdict(SETTLED)
    ledger.record_verdict(replace(SETTLED, report_id="r0", state="superseded"))
    unread = replace(SETTLED, report_id=URL, sha256="bb", state="quarantined", reason="a label is unknown")
    ledger.record_verdict(unread)
    assert ledger.verdicts_on(URL) == [SETTLED, unread]
    again = replace(SETTLED, sha256="cc")
    ledger.record_verdict(again)
    assert ledger.verdicts_on(URL) == [again]


def test_editions_of_a_report(ledger: Ledger) -> None:
    corrected = replace(SETTLED, url=URL + "?2", sha256="bb")
    ledger.record_verdict(replace(SETTLED, state="superseded"))
    ledger.record_verdict(corrected)
    assert [one.state for one in ledger.editions("r1")] == ["superseded", "published"]


def test_lists_of_a_portal(ledger: Ledger) -> None:
    list_pages = ("http://x.gov.cn/nb/", "http://x.gov.cn/bm/")
    listing = Listing("x", list_pages, complete=False, outcome="waf", reason="412", began=FIRST, finished=False)
    ledger.listings.save(listing)
    again = replace(listing, complete=True, outcome="ok", reason=None, finished=True)
    ledger.listings.save(again)
    assert (ledger.listings.get("x"), ledger.listings.get("y")) == (again, None)


def test_addresses_of_a_portal(ledger: Ledger) -> None:
    record(ledger, fetch(0, "aa"))
    record(ledger, replace(fetch(0, "bb"), url=URL + "?2", portal="y"))
    assert {url: one.sha256 for url, one in ledger.addresses("x").items()} == {URL: "aa"}


def test_runs(ledger: Ledger) -> None:
    killed, finished = ledger.runs.begin("nightly"), ledger.runs.begin("backfill")
    ledger.runs.end(finished, {"found": 28})
    latest, earlier = ledger.runs.last(5)
    assert (latest.run_id, latest.flow, latest.counts) == (finished, "backfill", {"found": 28})
    assert latest.finished is not None
    assert latest.finished >= latest.started
    assert (earlier.run_id, earlier.finished, earlier.counts) == (killed, None, None)
    assert len(ledger.runs.last(1)) == 1
    with pytest.raises(KeyError, match="no run"):
        ledger.runs.end("unknown", {})


def test_a_run_of_an_early_version_is_kept_and_was_last_seen_when_it_started(database_url: str) -> None:
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE runs (run_id TEXT PRIMARY KEY, flow TEXT NOT NULL, started TIMESTAMP)"))
        connection.execute(text("INSERT INTO runs VALUES ('r', 'nightly', '2026-01-01 00:00:00')"))
    engine.dispose()
    for _ in range(2):
        with Ledger(database_url) as ledger:
            (run,) = ledger.runs.last(5)
            assert (run.run_id, run.flow, run.alarms, run.last_seen) == ("r", "nightly", None, run.started)


def test_threads_and_a_second_ledger_write_at_once(ledger: Ledger, database_url: str) -> None:
    with Ledger(database_url) as second, ThreadPoolExecutor(8) as pool:

        def write(number: int) -> None:
            own = (ledger, second)[number % 2]
            own.fetches.record(fetch(number, f"{number:02}"), own.address(URL))
            own.fetches.flush()

        list(pool.map(write, range(100)))
    with Ledger(database_url) as reopened:
        known = reopened.address(URL)
        assert known is not None
        assert (known.sha256, known.first_seen) == ("99", FIRST)
        assert known.last_checked == known.last_changed == FIRST + timedelta(days=99)


def test_a_living_run_has_a_heartbeat_and_a_crashed_one_an_end(
    ledger: Ledger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY", timedelta(milliseconds=20))
    with Ledger(database_url) as working:
        working.runs.end(working.runs.begin("crawl"), {}, [{"portal": "x", "kind": "failed", "reason": "-"}])
        working.runs.begin("crawl")
        (began,) = ledger.runs.unfinished()
        deadline = time.monotonic() + 30
        while ledger.runs.unfinished()[0].last_seen < began.started + timedelta(milliseconds=100):
            assert time.monotonic() < deadline
    broken, ended = ledger.runs.last(5)
    assert ledger.runs.unfinished() == []
    assert broken.finished is not None
    assert (broken.counts, broken.alarms) == (None, None)
    assert ledger.runs.last_of_each_flow() == [ended]
    assert ledger.runs.last(5)[1].last_seen < broken.last_seen


def test_the_content_type_is_that_of_the_last_body(ledger: Ledger) -> None:
    record(ledger, fetch(0, "aa", content_type="text/html; charset=big5"))
    record(ledger, fetch(1, None, "not_modified", 304, content_type="text/plain"))
    known = record(ledger, fetch(2, None, "throttled", 429, content_type="text/html"))
    assert known.content_type == "text/html; charset=big5"
    assert record(ledger, fetch(3, "bb")).content_type is None


def test_what_people_say_of_a_document_adds_up(ledger: Ledger) -> None:
    assert ledger.assigned(URL) == Assigned()
    ledger.assign(URL, Assigned("CN-990101", year=2020))
    ledger.assign(URL, Assigned("CN-990102", "甲子县水务局"))
    assert ledger.assigned(URL) == Assigned("CN-990102", "甲子县水务局", 2020)


def test_deleted_verdicts(ledger: Ledger) -> None:
    ledger.record_verdict(SETTLED)
    ledger.record_verdict(replace(SETTLED, report_id="other"))
    ledger.delete_verdict("other", URL)
    assert ledger.verdicts_on(URL) == [SETTLED]
    ledger.record_verdict(replace(SETTLED, url="file:///x.pdf", portal="files"))
    assert ledger.portals() == ["files", "x"]


def test_full_crawls_of_a_portal_outlive_its_listing(ledger: Ledger) -> None:
    listing = Listing("x", (), complete=True, outcome="ok", reason=None, began=FIRST, finished=False)
    ledger.listings.save(listing)
    assert ledger.listings.full_crawls() == {}
    ledger.listings.mark_full_crawl_attempted("x")
    attempted = ledger.listings.full_crawls()["x"].attempted
    assert (attempted is not None, ledger.listings.full_crawls()["x"].completed) == (True, None)
    ledger.listings.mark_full_crawl_completed("x")
    ledger.listings.save(replace(listing, complete=False))
    ledger.listings.mark_crawl_finished("x")
    assert ledger.listings.full_crawls() == {"x": FullCrawl(attempted, attempted)}
    assert ledger.listings.get("x") == replace(listing, complete=False, finished=True)
    assert ledger.listings.all() == {"x": ledger.listings.get("x")}
