"""Has this been read? The whole table, and what crawl and backfill make of each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.ledger.records import Address, ListEntry, Verdict, VerdictState
from flows.steps.read_state import ReadState, is_due, is_missing, read_state
from transforms.checks.reviews import DISMISSED
from transforms.parser_version import parser_version

URL, OLD, NEW = "http://x.gov.cn/nb/t1.html", "aa", "bb"
NOW = datetime.now(UTC)
MONTH = timedelta(days=30)
ENTRY = ListEntry(URL, "x", "r1-2020", "CN-990101", "甲子县", 2020, "年报", date(2021, 1, 20), "done")


def verdict(state: VerdictState, sha256: str = NEW, parser: str | None = None, reports: int = 1) -> Verdict:
    return Verdict(
        "r1-2020", URL, "x", "CN-990101", "甲子县", 2020, sha256, parser or parser_version(), state,
        reports_in_document=reports,
    )  # fmt: skip


def address(checked: timedelta = timedelta(days=1)) -> Address:
    return Address(URL, "x", "ok", 200, None, None, NEW, NOW - MONTH, NOW - checked, NOW - MONTH)


@pytest.mark.parametrize(
    ("sha256", "verdicts", "has_editions", "state"),
    [
        (None, [], True, "unseen"),
        (NEW, [], True, "unread"),
        (NEW, [verdict("published", OLD)], True, "unread"),
        (NEW, [verdict("published", reports=2)], True, "unread"),
        (NEW, [verdict("no_report")], False, "gave_way"),
        (NEW, [verdict("no_report")], True, "read"),
        (NEW, [replace(verdict("no_report"), reason=f"{DISMISSED}: a draft")], False, "read"),
        (NEW, [verdict("quarantined"), verdict("published", OLD)], True, "unreadable"),
        (NEW, [verdict("failed")], True, "unreadable"),
        (NEW, [verdict("published")], False, "read"),
        (NEW, [verdict("partial", parser="another")], False, "read"),
        (NEW, [verdict("superseded")], False, "read"),
        (NEW, [verdict("published", reports=2), verdict("partial", reports=2)], False, "read"),
    ],
)
def test_state_of_the_last_bytes(
    sha256: str | None, verdicts: list[Verdict], has_editions: bool, state: ReadState
) -> None:
    assert read_state(sha256, verdicts, lambda: has_editions) == state


@pytest.mark.parametrize("state", ["unseen", "unread", "gave_way"])
def test_what_was_not_read_is_asked_for_by_all(state: ReadState) -> None:
    assert is_due(ENTRY, address(), state, MONTH, None)
    assert is_due(ENTRY, address(), state, MONTH, NOW - MONTH)
    assert is_missing(ENTRY, address(), [], state, NOW - MONTH)


@pytest.mark.parametrize("stage", ["pending", "reading", "deferred"])
def test_an_entry_that_is_not_done_is_asked_for_by_all(stage: str) -> None:
    entry = ListEntry(**{name: getattr(ENTRY, name) for name in ENTRY.__slots__} | {"stage": stage})
    assert is_due(entry, address(), "read", MONTH, NOW - MONTH)
    assert is_missing(entry, address(), [verdict("published")], "read", NOW - MONTH)


@pytest.mark.parametrize("state", ["unreadable", "read"])
def test_what_was_read_is_asked_for_when_it_is_due(state: ReadState) -> None:
    fresh = ListEntry(**{name: getattr(ENTRY, name) for name in ENTRY.__slots__} | {"listed_on": NOW.date()})
    assert not is_due(ENTRY, address(), state, MONTH, None)
    assert is_due(ENTRY, address(MONTH), state, MONTH, None)
    assert not is_due(ENTRY, address(), state, timedelta(0), NOW - timedelta(days=2))
    assert is_due(fresh, address(), state, MONTH, None)
    assert not is_due(fresh, address(), state, MONTH, NOW - timedelta(days=2))


def test_a_backfill_asks_once_for_what_is_unreadable_and_again_for_another_parser() -> None:
    own, others = [verdict("quarantined")], [verdict("quarantined", parser="another")]
    assert not is_missing(ENTRY, address(), own, "unreadable", NOW - MONTH)
    assert is_missing(ENTRY, address(), own, "unreadable", NOW)
    assert is_missing(ENTRY, address(), others, "unreadable", NOW - MONTH)
    assert not is_missing(ENTRY, address(), [verdict("published")], "read", NOW)
