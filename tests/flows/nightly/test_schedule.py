"""Which portals a night asks for what."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ledger.listings import FullCrawl
from flows.nightly.schedule import PortalYear, plan_night

MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
PORTALS = [f"p{number}" for number in range(90)]


def test_in_the_season_all_portals_are_asked_for_last_year_first() -> None:
    swept = dict.fromkeys(PORTALS, at_once(MARCH - timedelta(days=1)))
    season, past = plan_night(PORTALS, swept, MARCH, 30)
    assert season == [PortalYear(portal, 2025) for portal in PORTALS]
    assert past == []
    assert plan_night(PORTALS, swept, JUNE - timedelta(days=70), 30)[0] != []
    assert plan_night(PORTALS, dict.fromkeys(PORTALS, at_once(JUNE)), JUNE, 30) == ([], [])


@pytest.mark.parametrize(("moment", "year"), [((2026, 4, 30, 15), 2025), ((2026, 4, 30, 16), None)])
def test_the_season_ends_by_the_clocks_of_china(moment: tuple[int, int, int, int], year: int | None) -> None:
    season, _ = plan_night(["a"], {}, datetime(*moment, tzinfo=UTC), 30)
    assert season == ([PortalYear("a", year)] if year else [])


def test_what_was_never_seen_is_due_at_once_and_the_rest_comes_round_the_longest_unseen_first() -> None:
    swept = {portal: at_once(JUNE - timedelta(days=100 - at)) for at, portal in enumerate(PORTALS[:80])}
    _, past = plan_night(PORTALS, swept, JUNE, 30)
    assert [step.portal for step in past] == [*PORTALS[80:], *PORTALS[:3]]
    assert len(plan_night(PORTALS, swept, JUNE, 0)[1]) == 90


@given(st.integers(1, 60), st.integers(1, 40))
def test_every_portal_comes_round_within_the_days(count: int, days: int) -> None:
    portals, night = [str(number) for number in range(count)], JUNE
    swept = dict.fromkeys(portals, at_once(JUNE - timedelta(days=days)))
    for _ in range(days):
        for step in plan_night(portals, swept, night, days)[1]:
            swept[step.portal] = at_once(night)
        night += timedelta(days=1)
    assert all(sweep.completed and sweep.completed >= JUNE for sweep in swept.values())


@given(st.integers(2, 60), st.integers(2, 40), st.data())
def test_portals_that_stay_away_are_tried_again_and_take_nobody_elses_turn(
    count: int, days: int, data: st.DataObject
) -> None:
    portals, night = [str(number) for number in range(count)], JUNE
    away = data.draw(st.sets(st.sampled_from(portals)))
    sweeps = dict.fromkeys(portals, at_once(JUNE - timedelta(days=days)))
    tried: Counter[str] = Counter()
    for _ in range(2 * days):
        steps = [step.portal for step in plan_night(portals, sweeps, night, days)[1]]
        assert len(steps) == len(set(steps))
        for portal in steps:
            sweeps[portal] = FullCrawl(night, sweeps[portal].completed if portal in away else night)
            tried[portal] += 1
        night += timedelta(days=1)
    assert all(tried[portal] >= 2 for portal in portals)
    if len(away) == 1:
        assert tried[min(away)] >= days


def test_a_portal_that_failed_the_first_time_is_not_new_and_is_tried_the_next_night() -> None:
    sweeps = dict.fromkeys(PORTALS, at_once(JUNE)) | {"p7": FullCrawl(JUNE - timedelta(days=1), None)}
    assert plan_night(PORTALS, sweeps, JUNE, 30)[1] == [PortalYear("p7", None)]


def test_a_portal_that_failed_the_last_time_is_tried_again_however_lately_it_was_gone_through() -> None:
    sweeps = dict.fromkeys(PORTALS, at_once(JUNE)) | {"p7": FullCrawl(JUNE, JUNE - timedelta(hours=1))}
    assert plan_night(PORTALS, sweeps, JUNE, 30)[1] == [PortalYear("p7", None)]


def at_once(moment: datetime) -> FullCrawl:
    return FullCrawl(moment, moment)
