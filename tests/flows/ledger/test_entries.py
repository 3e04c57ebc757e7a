"""What lists name, and how far each entry is, in a real database: stages, what is gone and comes back, two portals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ledger.entries import Entries
from flows.ledger.ledger import Ledger
from flows.ledger.records import ListEntry
from tests.support.examples import examples

URL = "http://x.gov.cn/nb/t1.html"
ENTRY = ListEntry(URL, "x", "r1-2020", "CN-990101", "甲子县人民政府", 2020, "甲子县2020年年报", None)
OTHER = replace(ENTRY, url=URL + "?2", report_id="r1-2021", year=2021)


@pytest.fixture
def entries(database_url: str) -> Iterator[Entries]:
    with Ledger(database_url) as ledger:
        yield ledger.entries


def test_an_entry_is_pending_until_it_is_read(entries: Entries) -> None:
    entries.record_list("x", [ENTRY, OTHER], complete=True)
    assert entries.of_portal("x") == [ENTRY, OTHER]
    entries.mark(ENTRY, "reading")
    entries.mark_done(ENTRY)
    entries.mark(OTHER, "reading")
    entries.mark(OTHER, "deferred", "waf", "HTTP 412")
    entries.mark_done(OTHER)
    assert entries.of_portal("x") == [
        replace(ENTRY, stage="done"),
        replace(OTHER, stage="deferred", outcome="waf", reason="HTTP 412"),
    ]
    before = entries.of_portal("x")
    entries.record_list("x", [ENTRY, OTHER], complete=True)
    assert entries.of_portal("x") == before


def test_an_entry_whose_line_changes_is_pending_again_and_one_placed_otherwise_is_not(entries: Entries) -> None:
    entries.record_list("x", [ENTRY], complete=True)
    entries.mark(ENTRY, "reading")
    entries.mark_done(ENTRY)
    placed = replace(ENTRY, report_id="r2-2020", jurisdiction="CN-990105")
    entries.record_list("x", [placed], complete=True)
    assert entries.get("x", URL) == replace(placed, stage="done")
    renamed = replace(placed, title="甲子县2020年年报（修订）")
    entries.record_list("x", [renamed], complete=True)
    assert entries.get("x", URL) == renamed


def test_what_a_whole_list_names_no_more_is_gone_until_it_comes_back(entries: Entries) -> None:
    entries.record_list("x", [ENTRY, OTHER], complete=True)
    entries.record_list("x", [OTHER], complete=False)
    assert [one.gone_since for one in entries.of_portal("x")] == [None, None]
    entries.record_list("x", [OTHER], complete=True)
    gone = entries.get("x", URL)
    assert gone is not None
    assert gone.gone_since is not None
    entries.record_list("x", [OTHER], complete=True)
    assert entries.get("x", URL) == gone
    entries.record_list("x", [ENTRY], complete=False)
    assert entries.of_portal("x") == [ENTRY, OTHER]


def test_an_address_that_two_portals_list_is_an_entry_of_both(entries: Entries) -> None:
    theirs = replace(ENTRY, portal="y", title="关于2020年年报")
    entries.record_list("x", [ENTRY], complete=True)
    entries.record_list("y", [theirs], complete=True)
    entries.mark(ENTRY, "reading")
    entries.mark_done(ENTRY)
    assert (entries.of_portal("x"), entries.of_portal("y")) == ([replace(ENTRY, stage="done")], [theirs])
    entries.record_list("y", [], complete=True)
    assert [one.gone_since is None for one in (*entries.of_portal("x"), *entries.of_portal("y"))] == [True, False]


LISTS = st.lists(st.tuples(st.sets(st.integers(0, 4)), st.booleans()), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(8), deadline=None)
@given(LISTS)
def test_gone_is_what_the_last_whole_list_did_not_name_and_no_later_one(
    entries: Entries, lists: list[tuple[set[int], bool]]
) -> None:
    portal = uuid4().hex  # the database outlives an example
    there: dict[int, bool] = {}
    for numbers, complete in lists:
        named = [replace(ENTRY, portal=portal, url=f"{URL}?{number}") for number in sorted(numbers)]
        entries.record_list(portal, named, complete=complete)
        there |= dict.fromkeys(numbers, True) | (dict.fromkeys(there.keys() - numbers, False) if complete else {})
    found = {one.url: one.gone_since is None for one in entries.of_portal(portal)}
    assert found == {f"{URL}?{number}": is_there for number, is_there in there.items()}
    for one in entries.of_portal(portal):
        entries.record_list(portal, [], complete=True)
        assert entries.get(portal, one.url) is not None
