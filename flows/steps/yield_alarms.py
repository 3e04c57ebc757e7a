"""What a portal's lists name → the alarms of one that yields less than before, or than its file expects.

Owns these comparisons. Pure: nothing waits for what is missing; `coverage` says what that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from extractors.portals.portal import Portal
from flows.ledger.records import ListEntry
from flows.runs.result import Alarm

PATIENCE = timedelta(days=14)
"""How long each crawl warns of what is no longer listed: after that people know it, or it was taken down for good."""


def yield_alarms(
    portal: Portal, entries: Iterable[ListEntry], years: Collection[int] | None, now: datetime, *, complete: bool
) -> Iterator[Alarm]:
    """Yield the alarms of a portal by the entries of its lists, as the ledger has them after these were read.

    `complete`: the lists were read to their end, else they are compared with nothing: their own alarm says what they
    lack. A report is there as long as any page for the same body and year is listed.
    """
    known = list(entries)
    listed = [entry for entry in known if entry.gone_since is None]
    few = [*_fewer_than_expected(portal, listed, years)]
    yield from few
    if not complete:
        return
    there = {place for entry in listed for place in _places(entry)}
    gone = [entry for entry in known if entry.gone_since and now - entry.gone_since < PATIENCE]
    lost = [entry for entry in gone if there.isdisjoint(_places(entry))]
    if lost:
        yield Alarm(portal.id, "fewer_than_before", _describe(lost, [*listed, *lost]))
    elif not listed and not few:
        yield Alarm(portal.id, "nothing_listed", "no annual report is listed")


def _places(entry: ListEntry) -> tuple[str, tuple[str, int]]:
    """Return what identifies a report: its id, which the portal's file may change, or what its title says."""
    return entry.report_id, (entry.agency, entry.year)


def _fewer_than_expected(portal: Portal, listed: Sequence[ListEntry], years: Collection[int] | None) -> Iterator[Alarm]:
    for year, least in portal.expectations.items():
        count = sum(entry.year == year for entry in listed)
        if count < least and (years is None or year in years):
            reason = f"{count} reports for {year} are listed, at least {least} are expected"
            yield Alarm(portal.id, "fewer_than_expected", reason)


def _describe(lost: Sequence[ListEntry], before: Collection[ListEntry]) -> str:
    """Describe in one line what is no longer listed, out of what was listed before."""
    counts = []
    for year in sorted({entry.year for entry in lost}):
        former, gone = (sum(entry.year == year for entry in entries) for entries in (before, lost))
        counts.append(f"{former - gone} of {former} for {year}")
    first = ", ".join(f"{entry.agency} {entry.year}".strip() for entry in lost[:3])
    others = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    kept = "what was published stays"
    return f"fewer reports are listed than before ({', '.join(counts)}); {kept}; not there: {first}{others}"
