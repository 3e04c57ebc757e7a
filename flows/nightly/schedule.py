"""Which portals a night crawls for which years: first all of them for the season, then some of them for all years.

Pure: the clock and what the ledger knows are given to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from flows.clock import CHINA
from flows.ledger.listings import FullCrawl

RECHECK_DAYS = 30.0
"""Days in which every portal is crawled once for all years, by default."""
_LAST_MONTH = 4
"""Reports of a year are due by 31 January (bodies) and 31 March (governments) of the next; many come weeks late
(条例 art. 49 and 50, PORTALS §8)."""


@dataclass(frozen=True, slots=True)
class PortalYear:
    """One portal that is to be crawled, for one year reported on or all (None)."""

    portal: str
    year: int | None


def season_year(today: date) -> int | None:
    """Return the year whose reports are published now; None outside the season.

    >>> season_year(date(2026, 3, 1)), season_year(date(2026, 11, 20))
    (2025, None)
    """
    return today.year - 1 if today.month <= _LAST_MONTH else None


def plan_night(
    portals: Sequence[str], crawls: Mapping[str, FullCrawl], now: datetime, recheck_days: float
) -> tuple[list[PortalYear], list[PortalYear]]:
    """Return the season's crawls, and the full crawls of all years that follow. `crawls` has the last of each portal.

    A portal is due for a full crawl if it never had one or the last is older than `recheck_days`. Each night takes as
    many of them as are needed to crawl every portal once in that time, oldest first. Portals whose last attempt failed
    or was incomplete get as many slots again, longest untried first, so they cannot crowd out healthy ones.

    >>> now = datetime(2026, 3, 1, tzinfo=CHINA)
    >>> month, night = now - timedelta(40), now - timedelta(1)
    >>> ages = {"a": (now, now), "b": (month, month), "c": (now, night), "d": (night, night)}
    >>> crawls = {name: FullCrawl(*moments) for name, moments in ages.items()}
    >>> season, past = plan_night([*crawls, "new"], crawls, now, 30)
    >>> [step.year for step in season], [step.portal for step in past]
    ([2025, 2025, 2025, 2025, 2025], ['new', 'b', 'c'])
    """
    year = season_year(now.astimezone(CHINA).date())
    season = [PortalYear(portal, year) for portal in portals] if year else []
    new = [portal for portal in portals if portal not in crawls]
    due = [portal for portal in portals if portal in crawls and _is_due(crawls[portal], now, recheck_days)]
    due.sort(key=lambda portal: _last_attempt(crawls[portal]))
    failed = [portal for portal in due if _has_failed(crawls[portal])]
    others = [portal for portal in due if not _has_failed(crawls[portal])]
    most = len(portals) if recheck_days < 1 else ceil(len(portals) / recheck_days)
    return season, [PortalYear(portal, None) for portal in (*new, *others[:most], *failed[:most])]


def _is_due(crawl: FullCrawl, now: datetime, recheck_days: float) -> bool:
    return crawl.completed is None or _has_failed(crawl) or now - crawl.completed >= timedelta(days=recheck_days)


def _has_failed(crawl: FullCrawl) -> bool:
    """Return whether the last attempt failed or was incomplete; early versions recorded no attempts."""
    return crawl.attempted is not None and (crawl.completed is None or crawl.attempted > crawl.completed)


def _last_attempt(crawl: FullCrawl) -> datetime:
    return max(moment for moment in crawl if moment)
