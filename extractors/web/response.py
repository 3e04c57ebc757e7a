"""What came of one request: `Response`, its outcome, the validators of a conditional request, a cache of responses.

Owns the words for outcomes and the reading of status codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, Literal, Protocol

from bs4 import BeautifulSoup

from extractors.encoding import charset_of, decode
from extractors.html.links import Link, page_links
from extractors.html.soup import is_too_large, parse_soup
from extractors.media_type import UNKNOWN, media_type_of

FetchOutcome = Literal[
    "ok",
    "not_modified",
    "gone",
    "shell",
    "waf",
    "login",
    "wrong_page",
    "refused_by_robots",
    "crawl_delay",
    "too_large",
    "throttled",
    "unreachable",
    "forbidden_address",
    "failed",
]

RETRIED = frozenset({429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
POSTED_AGAIN = frozenset({307, 308})
PASSING: frozenset[FetchOutcome] = frozenset({"throttled", "unreachable", "waf", "shell", "wrong_page"})
"""Transient outcomes: a later run may succeed. Publishing without the missing page would publish half a report.

Firewalls refuse one address for a minute or a season, and shells and wrong pages are what throttling shows
(PORTALS §6). A login remains until the portal opens the file, a refusal by robots.txt or by its crawl-delay until that
changes.
"""
_GONE = frozenset({404, 410})
# Sent by the firewalls of whole cities (PORTALS §6): the site is up, but refuses every program.
_FIREWALL = frozenset({403, 412, 468, 512, 521})


@dataclass(frozen=True, slots=True)
class Validators:
    """The version that an earlier response stated; None if it stated none."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return request headers that ask for the body only if it changed (RFC 9110 §13.1).

        >>> Validators(etag='"7"').headers()
        {'If-None-Match': '"7"'}
        """
        values = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Response:
    """What came of one request: `body` is empty unless the outcome is `ok`; names in `headers` are lower-case.

    `final_url` is where redirects led; `status` is None if no answer came; `reason` is one clear line. `received` is
    what came of a body that is not whole; None otherwise. What is read from the body is read once and kept; a copy, or
    a pickled response, reads it again.
    """

    url: str
    final_url: str
    status: int | None
    outcome: FetchOutcome
    body: bytes
    headers: dict[str, str]
    fetched_at: datetime
    reason: str
    received: bytes | None = None

    @cached_property
    def media_type(self) -> str:
        """The media type of the body by its bytes."""
        return media_type_of(self.body, self.text)

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return decode(self.body)

    @cached_property
    def charset(self) -> str:
        """The encoding of the body, by which browsers encode queries of its links."""
        return charset_of(self.body)

    @cached_property
    def is_too_large(self) -> bool:
        """Whether the body is more than can be searched: `soup` and `links` are empty then."""
        return is_too_large(self.text)

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The tree of the page, shared by all who ask: not to be changed. Empty if the body is no page."""
        # In this order: to learn the media type of a huge body may mean parsing it as JSON.
        is_page = not self.is_too_large and (self.media_type.startswith("text/") or self.media_type == UNKNOWN)
        return parse_soup(self.text if is_page else "")

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links of the page that stay on its host, each URL once, in the order of the page."""
        return tuple(page_links(self.soup, self.final_url, self.charset))

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def cut_off(response: Response, received: bytes, reason: str) -> Response:
    """Return the response as one that broke off: nobody takes what came for the page, and it is asked for again."""
    return replace(response, outcome="unreachable", body=b"", reason=reason, received=received)


class ResponseCache(Protocol):
    """Responses that are kept, by the key of their request."""

    def get(self, key: str) -> Response | None:
        """Return the response to a request; None if none was kept."""

    def put(self, key: str, response: Response) -> None:
        """Keep the response to a request."""


def judge_status(status: int, headers: Mapping[str, str], *, conditional: bool) -> tuple[FetchOutcome, str]:
    """Return outcome and reason of an answer by its status; `conditional` if the request carried validators.

    >>> judge_status(404, {}, conditional=False)
    ('gone', 'HTTP 404 Not Found')
    >>> judge_status(503, {"retry-after": "30"}, conditional=False)[0]
    'throttled'
    >>> judge_status(412, {}, conditional=False)[1]
    "HTTP 412 Precondition Failed: the site's firewall refuses programs, or this address"
    """
    reason = _status_line(status)
    if status == HTTPStatus.OK:
        return "ok", reason
    if status == HTTPStatus.NOT_MODIFIED and conditional:
        return "not_modified", reason
    if status in _GONE:
        return "gone", reason
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status in RETRIED and "retry-after" in headers):
        return "throttled", f"{reason}: the site asks for fewer requests; try again later"
    if status in RETRIED:
        return "unreachable", f"{reason}: the site is in trouble; try again later"
    if status in _FIREWALL:
        return "waf", f"{reason}: the site's firewall refuses programs, or this address"
    return "failed", reason


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks to wait, given as seconds or as an HTTP date (RFC 9110 §10.2.3).

    >>> retry_after({"retry-after": "120"}, datetime(2025, 1, 1, tzinfo=UTC))
    120.0
    >>> retry_after({"retry-after": "Wed, 01 Jan 2025 00:00:30 GMT"}, datetime(2025, 1, 1, tzinfo=UTC))
    30.0
    >>> retry_after({"retry-after": "soon"}, datetime(2025, 1, 1, tzinfo=UTC)) is None
    True
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:  # the date of RFC 5322 with zone -0000
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _status_line(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:  # 468, 521: codes that firewalls made up
        return f"HTTP {status}"
