"""What a backfill plans: which portals and years, how many requests, how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.portals.portal import FIRST_YEAR, Portal, PortalError, load_portals
from flows.backfill.plan import (
    BackfillRequest,
    Plan,
    PortalPlan,
    Requested,
    YearPlan,
    choose,
    make_plan,
    parse_request,
    province_prefix,
)
from flows.clock import CHINA
from flows.status.states import PortalSnapshot
from transforms.jurisdictions.divisions import jurisdictions

KNOWN = load_portals()


def of(name: str, code: str) -> Portal:
    return Portal(id=name, name="甲子县人民政府", jurisdiction=code, homepage=f"http://{name}.gov.cn/")


def wished(
    first: int | None, last: int | None, province: str | None = None, *portals: str, gaps: bool = False
) -> BackfillRequest:
    return parse_request(first, last, province, portals, KNOWN, gaps=gaps)


def test_every_province_is_known_by_its_name_and_its_code() -> None:
    provinces = [one for one in jurisdictions().values() if one.level == "province"]
    assert len(provinces) == 34
    for one in provinces:
        for text in (one.name, one.name[:2], one.jurisdiction, one.jurisdiction[:5], one.jurisdiction[3:5]):
            assert province_prefix(text, ()) == one.jurisdiction[:5], text


@pytest.mark.parametrize("text", ["山", "海", "威海", "CN-38", "99", "3702", "Shandong", "CN-371000"])
def test_what_is_no_province_is_refused(text: str) -> None:
    with pytest.raises(PortalError, match="山东"):
        province_prefix(text, ())


def test_codes_that_only_a_portal_has_are_a_province_too() -> None:
    assert province_prefix("CN-99", [of("a", "CN-990101")]) == "CN-99"


def test_portals_of_a_province_are_those_whose_division_lies_in_it() -> None:
    chosen = choose(wished(2008, 2020, "山东"), KNOWN)
    assert [one.id for one in chosen] == sorted(name for name, one in KNOWN.items() if one.jurisdiction[:5] == "CN-37")
    assert [one.id for one in choose(wished(2008, 2020, "37", "weihai"), KNOWN)] == ["weihai"]
    assert len(choose(wished(2008, 2020), KNOWN)) == len(KNOWN)


def test_wishes_that_are_alike_are_the_same() -> None:
    assert wished(2008, 2020, "山东", "weihai", "jinan") == wished(2008, 2020, "CN-370000", "jinan", "weihai", "jinan")
    assert wished(2008, 2020).key != wished(2008, 2020, gaps=True).key
    assert wished(None, None, gaps=True) == BackfillRequest(FIRST_YEAR, None, gaps=True)


@pytest.mark.parametrize(
    ("years", "province", "portals", "reason"),
    [
        ((2020, 2019), None, (), "after the last"),
        ((None, 2019), None, (), "the first and the last year are needed"),
        ((2019, None), None, (), "the first and the last year are needed"),
        ((2019, 2020), "Mars", (), "unknown province Mars"),
        ((2019, 2020), None, ("nowhere",), "unknown portal nowhere"),
        ((2019, 2020), "北京", ("weihai",), "none of these portals"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(
    years: tuple[int | None, int | None], province: str | None, portals: tuple[str, ...], reason: str
) -> None:
    with pytest.raises((PortalError, ValueError), match=reason):
        wished(*years, province, *portals)


@pytest.mark.parametrize(
    ("now", "years"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), [2025, 2024]),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), [2026, 2025, 2024]),
        (datetime(2027, 1, 1, 0, 0, tzinfo=CHINA), [2026, 2025, 2024]),
    ],
)
def test_years_end_when_they_do_in_china(now: datetime, years: list[int]) -> None:
    portal = of("a", "CN-990101")
    requested = Requested(portal, PortalSnapshot("a", portal, None, (), ()), {})
    for wanted in (BackfillRequest(2024, None, gaps=True), BackfillRequest(2024, 2030)):
        assert [year for _, year in make_plan(wanted, [requested], now, 1).steps] == years


def part(name: str, host: str, lists: int | None, to_read: int, delay: float = 1.0, parts: float = 0.0) -> PortalPlan:
    return PortalPlan(name, host, delay, lists, parts, (YearPlan(2020, {}, to_read, to_read),))


def test_requests_are_those_for_robots_lists_pages_and_their_parts() -> None:
    assert part("a", "a.cn", 3, 10).requests == 1 + 3 + 10
    assert part("a", "a.cn", 3, 10, parts=0.5).requests == 1 + 3 + 15
    assert part("a", "a.cn", None, 0).requests == 2
    assert part("a", "a.cn", 3, 10, delay=2.5).seconds == 35


def test_portals_that_are_crawled_at_once_take_as_long_as_the_longest() -> None:
    parts = tuple(part(name, f"{name}.cn", 0, 8) for name in "abcd")
    assert [Plan(parts, at_once).seconds for at_once in (1, 2, 4, 8)] == [40, 20, 10, 10]
    assert Plan(parts, 8).requests == 40
    assert Plan((*parts, part("e", "e.cn", None, 0)), 8).unknown == ["e"]


def test_portals_of_one_host_are_crawled_in_turn() -> None:
    assert Plan(tuple(part(name, "x.cn", 0, 8) for name in "abcd"), 8).seconds == 40


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.floats(0, 5)), min_size=1), st.integers(1, 9))
def test_a_plan_takes_no_less_than_its_longest_portal_and_no_more_than_all_in_turn(
    portals: list[tuple[int, int, float]], at_once: int
) -> None:
    parts = tuple(part(str(at), f"{host}.cn", 1, pages, delay) for at, (host, pages, delay) in enumerate(portals))
    each = [one.seconds for one in parts]
    assert max(each) <= Plan(parts, at_once).seconds + 1e-6
    assert Plan(parts, at_once).seconds <= sum(each) + 1e-6
    assert Plan(parts, at_once).seconds >= sum(each) / at_once - 1e-6
