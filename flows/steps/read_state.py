"""Has this been read? The state of an address's last bytes by the verdicts on them, and what follows from it.

Owns the one table of these states. Pure: it asks the ledger and writes nothing.

| state      | the last bytes of the address                                       | crawl | backfill | today's parser |
|------------|---------------------------------------------------------------------|-------|----------|----------------|
| unseen     | there are none                                                      | asks  | asks     | reads          |
| unread     | have no verdict yet, or lack that of one of their reports           | asks  | asks     | reads          |
| gave_way   | are no report, and no file that they give way to has been read      | asks  | asks     | reads          |
| unreadable | could not be read or placed                                         | waits | asks     | has read them  |
| read       | have a verdict on each report, are a part of one, or are dismissed  | waits | waits    | has read them  |

`asks`: the page is fetched though it is not due yet. A backfill asks once for what is unreadable, and again if another
parser than today's could not read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from flows.ledger.ledger import Ledger
from flows.ledger.records import Address, KnownPage, ListEntry, Verdict
from transforms.parser_version import is_of_today

ReadState = Literal["unseen", "unread", "gave_way", "unreadable", "read"]
_UNREADABLE = frozenset({"quarantined", "failed"})
_IN_SEASON = timedelta(days=120)
"""How long after its publication a report is fetched by every crawl: corrections follow within weeks."""


def read_state(sha256: str | None, verdicts: Sequence[Verdict], has_editions: Callable[[], bool]) -> ReadState:
    """Return the state of the bytes `sha256`, the last of an address, by the verdicts on that address.

    `has_editions` returns whether any document gave the report that is looked for there.
    """
    if sha256 is None:
        return "unseen"
    own = verdicts_on_bytes(sha256, verdicts)
    states = {verdict.state for verdict in own}
    if not states:
        return "unread"
    if states == {"no_report"}:
        settled = any(verdict.is_dismissed for verdict in own)
        return "read" if settled or has_editions() else "gave_way"
    return "unreadable" if states & _UNREADABLE else "read"


def verdicts_on_bytes(sha256: str, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return those of the verdicts on an address that are on these bytes.

    Return none if one of the document's reports has no verdict yet: a crash may lie between two of them.
    """
    own = [verdict for verdict in verdicts if verdict.sha256 == sha256]
    return own if len(own) >= max((verdict.reports_in_document for verdict in own), default=0) else []


def by_version(verdicts: Sequence[Verdict], version: str) -> list[Verdict]:
    """Return the verdicts that a version of the parser reached."""
    return [verdict for verdict in verdicts if verdict.parser_version == version]


def is_due(
    entry: ListEntry, address: Address | None, state: ReadState, recheck: timedelta, resumed: datetime | None
) -> bool:
    """Return whether a crawl fetches the page of an entry, whose last bytes are in this state.

    It does not if these were read by any parser, and checked since the crawl began that is `resumed`, or if the entry
    belongs to a past season and was checked less than `recheck` ago.
    """
    if entry.stage != "done" or address is None or state not in ("unreadable", "read"):
        return True
    if resumed and address.last_checked >= resumed:
        return False
    return not _is_past(entry) or _age(address.last_checked) >= recheck


def is_missing(
    entry: ListEntry, address: Address | None, verdicts: Sequence[Verdict], state: ReadState, since: datetime
) -> bool:
    """Return whether a backfill fetches the page of an entry, whose last bytes are in this state by these verdicts.

    What today's parser could not read is not fetched again if it was checked after `since`.
    """
    if entry.stage != "done" or address is None or state not in ("unreadable", "read"):
        return True
    unread = [verdict for verdict in verdicts if verdict.sha256 == address.sha256 and verdict.state in _UNREADABLE]
    return any(address.last_checked < since or not is_of_today(verdict.parser_version) for verdict in unread)


def state_of_entry(entry: ListEntry, known: KnownPage, ledger: Ledger) -> ReadState:
    """Return the state of the last bytes of an entry's page, by what is known of that."""
    sha256 = known.address.sha256 if known.address else None
    return read_state(sha256, known.verdicts, lambda: bool(ledger.editions(entry.report_id)))


def _is_past(entry: ListEntry) -> bool:
    return entry.listed_on is not None and datetime.now(UTC).date() - entry.listed_on >= _IN_SEASON


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment
