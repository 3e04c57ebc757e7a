"""Which listed reports a crawl fetches: those that are due, or those that were never fetched or read.

Owns these questions. Pure: it asks the ledger and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, ListEntry, Verdict
from flows.steps.listed_reports import ListedReport
from transforms.parser_version import is_of_today

_IN_SEASON = timedelta(days=120)
"""How long after its publication a report is fetched by every crawl: corrections follow within weeks."""


def is_due(report: ListedReport, ledger: Ledger, recheck: timedelta, resumed: datetime | None) -> bool:
    """Return whether a report is to be fetched.

    It is not if it is listed as before, was read by any parser, and was checked since the crawl began that is
    `resumed`, or belongs to a past season and was checked less than `recheck` ago.
    """
    listed = report.listed
    address = ledger.address(listed.url)
    if address is None or not (
        (resumed and address.last_checked >= resumed) or (_is_past(listed) and _age(address.last_checked) < recheck)
    ):
        return True
    return not _is_read(listed, address, ledger) or ledger.entry(listed.url) != listed


def is_missing(report: ListedReport, ledger: Ledger, since: datetime) -> bool:
    """Return whether a report is to be fetched because it never was or could not be read; after `since` only once."""
    listed = report.listed
    address = ledger.address(listed.url)
    if address is None or ledger.entry(listed.url) != listed:
        return True
    return is_unread(address, ledger.verdicts_on(listed.url), lambda: bool(ledger.editions(listed.report_id)), since)


def is_unread(address: Address, verdicts: Iterable[Verdict], has_editions: Callable[[], bool], since: datetime) -> bool:
    """Return whether no parser could read the page of a report, or the files that it gave way to.

    `verdicts` are those on the page's address; `has_editions` returns whether any document contained the report. What
    today's parser could not read is not fetched again if it was checked after `since`.
    """
    own = [verdict for verdict in verdicts if verdict.sha256 == address.sha256]
    if all(verdict.state == "no_report" for verdict in own):
        return not own or not has_editions()
    unread = [verdict for verdict in own if verdict.state in ("quarantined", "failed")]
    return any(address.last_checked < since or not is_of_today(verdict.parser_version) for verdict in unread)


def _is_read(listed: ListEntry, address: Address, ledger: Ledger) -> bool:
    """Return whether the page has been read, and the files that it gave way to; by which parser does not matter.

    That a page is no report is recorded before its attachments are published: a crash may lie between.
    """
    states = [verdict.state for verdict in ledger.verdicts_on(listed.url) if verdict.sha256 == address.sha256]
    if any(state != "no_report" for state in states):
        return True
    return bool(states) and bool(ledger.editions(listed.report_id))


def _is_past(listed: ListEntry) -> bool:
    return listed.listed_on is not None and datetime.now(UTC).date() - listed.listed_on >= _IN_SEASON


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment
