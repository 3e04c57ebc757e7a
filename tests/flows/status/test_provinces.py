"""What is counted for a whole country is what `cover` says of each portal."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.portals.portal import Portal
from extractors.web.response import FetchOutcome
from flows.ledger.ledger import Ledger
from flows.ledger.records import ListEntry, Listing, Verdict, VerdictState
from flows.status.provinces import count_states, shares
from flows.status.states import cover

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
COUNTIES = {"文登区": "CN-371003", "甲子县": "CN-990101"}
PORTALS = {
    name: Portal(id=name, name=name, jurisdiction=code, homepage=f"http://{name}.cn/", divisions={county: code})
    for name, (county, code) in zip("ab", COUNTIES.items(), strict=True)
}
STATES: list[VerdictState] = ["published", "partial", "quarantined", "failed", "superseded", "no_report"]
OUTCOMES: list[FetchOutcome] = ["ok", "waf", "unreachable", "gone"]
numbers = itertools.count()

places = st.tuples(
    st.sampled_from("ab"), st.sampled_from(["人民政府", "教育局", "人民政府办公室"]), st.integers(2019, 2025)
)
verdicts = st.lists(st.tuples(places, st.sampled_from(STATES)), max_size=12)
entries = st.lists(st.tuples(places, st.sampled_from(OUTCOMES), st.sampled_from([None, "a reason"])), max_size=6)
listings = st.dictionaries(st.sampled_from("ab"), st.booleans())


def settled(portal: str, body: str, year: int | None, state: VerdictState) -> Verdict:
    county, code = _county(portal)
    url = f"http://{portal}.cn/{next(numbers)}"
    return Verdict(url, url, portal, code, county + body, year, "aa", "1", state)


def _county(portal: str) -> tuple[str, str]:
    return list(COUNTIES.items())["ab".find(portal)]


def listed(portal: str, body: str, year: int, outcome: FetchOutcome, reason: str | None) -> ListEntry:
    county, code = _county(portal)
    url = f"http://{portal}.cn/{next(numbers)}"
    return ListEntry(url, portal, url, code, county + body, year, "年报", None, outcome, reason)


@settings(max_examples=50, deadline=None)
@given(verdicts, entries, listings)
def test_the_count_is_that_of_all_that_cover_says(
    read: list[tuple[tuple[str, str, int], VerdictState]],
    named: list[tuple[tuple[str, str, int], FetchOutcome, str | None]],
    lists: dict[str, bool],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Ledger(f"sqlite:///{folder}/ledger.sqlite") as ledger:
        for place, state in read:
            ledger.record_verdict(settled(*place, state))
        for place, outcome, reason in named:
            ledger.upsert_entry(listed(*place, outcome, reason))
        for portal, complete in lists.items():
            outcome = "ok" if complete else "waf"
            ledger.listings.save(Listing(portal, (), complete, outcome, None, began=NOW, finished=True))
        said = [one for portal in PORTALS.values() for one in cover(portal, ledger, TODAY)]
        assert count_states(PORTALS, ledger, TODAY) == Counter((one.jurisdiction, one.year, one.state) for one in said)


def test_what_a_file_tells_is_missing_at_no_portal_and_counts_once(tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.sqlite") as ledger:
        ledger.listings.save(Listing("a", (), complete=True, outcome="ok", reason=None, began=NOW, finished=True))
        ledger.record_verdict(settled("a", "人民政府", 2025, "quarantined"))
        ledger.record_verdict(settled("a", "人民政府", None, "quarantined"))
        alone = shares(count_states(PORTALS, ledger, TODAY))
        for year in (2024, 2025):
            ledger.record_verdict(
                Verdict(f"f{year}", f"f{year}", "files", "CN-371003", "文登区人民政府", year, "aa", "1", "partial")
            )
        ledger.record_verdict(Verdict("g", "g", "files", "CN-110000", "北京市人民政府", 2020, "aa", "1", "published"))
        beijing, *shandong = shares(count_states(PORTALS, ledger, TODAY))
    assert (beijing.province, beijing.year, beijing.published, beijing.expected) == ("CN-110000", 2020, 1, 1)
    assert [(one.year, one.expected) for one in shandong] == [(one.year, one.expected) for one in alone]
    assert {one.year: one.published for one in shandong if one.published} == {2024: 1, 2025: 1}
    assert [one.published for one in alone] == [0] * len(alone)
