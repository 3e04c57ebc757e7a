"""Which portals a night asks for what: first all of them for the season's reports, then some of them for all years.

Owns these rules. Pure: the clock and what the ledger knows are given to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from flows.clock import CHINA
from flows.ledger.listings import FullCrawl

RECHECK_DAYS = 30.0
"""Days in which every portal is asked once for all years, where nothing else is said."""
_LAST_MONTH = 4
"""Reports of a year are due by 31 January (bodies) and 31 March (governments) of the next; many come weeks late
(条例 art. 49 and 50, PORTALS §8)."""


@dataclass(frozen=True, slots=True)
class PortalYear:
    """One portal that is to be crawled, for one year reported on or all (None)."""

    portal: str
    year: int | None


def season_year(today: date) -> int | None:
    """The year whose reports come out now; None outside the season.

    >>> season_year(date(2026, 3, 1)), season_year(date(2026, 11, 20))
    (2025, None)
    """
    return today.year - 1 if today.month <= _LAST_MONTH else None


def plan_night(
    portals: Sequence[str], sweeps: Mapping[str, FullCrawl], now: datetime, recheck_days: float
) -> tuple[list[PortalYear], list[PortalYear]]:
    """The season's steps, and those for all years that follow.

    A portal is due for all years where it never was gone through, and `recheck_days` after it last was; of the latter
    only as many a night as bring all round in that time, the longest unseen first. As many again are tried once more of
    those that could not be had, or not wholly, when they last were asked, whoever did so: the longest untried first, so
    that those that stay away take no other's turn. `sweeps` has the moments.

    >>> now = datetime(2026, 3, 1, tzinfo=CHINA)
    >>> month, night = now - timedelta(40), now - timedelta(1)
    >>> seen = {"a": FullCrawl(now, now), "b": FullCrawl(month, month)}
    >>> seen |= {"c": FullCrawl(now, night), "d": FullCrawl(night, night)}
    >>> season, past = plan_night([*seen, "new"], seen, now, 30)
    >>> [step.year for step in season], [step.portal for step in past]
    ([2025, 2025, 2025, 2025, 2025], ['new', 'b', 'c'])
    """
    year = season_year(now.astimezone(CHINA).date())
    season = [PortalYear(portal, year) for portal in portals] if year else []
    new = [portal for portal in portals if portal not in sweeps]
    due = [portal for portal in portals if portal in sweeps and _is_due(sweeps[portal], now, recheck_days)]
    due.sort(key=lambda portal: _last(sweeps[portal]))
    failed = [portal for portal in due if _has_failed(sweeps[portal])]
    others = [portal for portal in due if not _has_failed(sweeps[portal])]
    most = len(portals) if recheck_days < 1 else ceil(len(portals) / recheck_days)
    return season, [PortalYear(portal, None) for portal in (*new, *others[:most], *failed[:most])]


def _is_due(sweep: FullCrawl, now: datetime, recheck_days: float) -> bool:
    return sweep.completed is None or _has_failed(sweep) or now - sweep.completed >= timedelta(days=recheck_days)


def _has_failed(sweep: FullCrawl) -> bool:
    """Whether the last attempt brought not all; an earlier version has entered no attempts."""
    return sweep.attempted is not None and (sweep.completed is None or sweep.attempted > sweep.completed)


def _last(sweep: FullCrawl) -> datetime:
    """The moment of the last attempt."""
    return max(moment for moment in sweep if moment)
