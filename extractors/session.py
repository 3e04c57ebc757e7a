"""The polite client, and the only place that asks the web for anything.

Owns robots, the delay per host, retries, conditional requests, redirects, limits of size and time, and the
refusal of addresses that are not public. Every request ends in a `Response`; a portal's failure is never an
exception. Must not know what is fetched, nor store it.
"""

from __future__ import annotations

import itertools
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from extractors.connections import ForbiddenAddressError, guarded_pools
from extractors.hosts import Turns, host_of, same_site
from extractors.request import Request
from extractors.response import POSTED_AGAIN, REDIRECTS, RETRIED, Outcome, Response, Validators, outcome_of, retry_after
from extractors.robots import RobotsCache

MAX_REDIRECTS = 5
_CHUNK = 65_536
_URL_SIGNS = "!#$%&'()*+,/:;=?@[]~"
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Politeness:
    """How to behave. Times are in seconds, sizes in bytes.

    `user_agent` names the project first (`nianbao/1.0 (+contact)`): that name is looked up in robots.txt.
    `timeout` is the longest silence, `total_time` the longest that one answer may take, and the longest pause
    that Retry-After is granted. `max_bytes` counts after decompression. `allow_private_hosts` holds
    "host:port" that need not be public. Pauses before retries are `backoff`, twice, four times that, …
    """

    user_agent: str
    delay: float = 1.0
    retries: int = 3
    timeout: float = 30.0
    total_time: float = 120.0
    max_bytes: int = 100_000_000
    allow_private_hosts: frozenset[str] = frozenset()
    backoff: float = 1.0


class _LimitError(Exception):
    """A body that is too large or too slow."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


class _GuardedAdapter(HTTPAdapter):
    """requests' transport over connections to public addresses only."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = guarded_pools(allowed)


class _Client(requests.Session):
    """requests' session that leaves redirects alone: it would read their whole body, without limit."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No answer is a redirect."""


class Session:
    """A context manager that fetches politely; safe for threads. `clock` and `sleep` are in seconds."""

    def __init__(
        self,
        politeness: Politeness,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._politeness = politeness
        self._clock = clock
        self._sleep = sleep
        self._turns = Turns(clock, sleep)
        self._robots = RobotsCache(politeness.user_agent.split("/")[0].strip(), self._fetch_robots, clock)
        self._http = _Client()
        self._http.trust_env = False  # a proxy or .netrc of the machine would bypass the check of addresses
        self._http.headers["User-Agent"] = politeness.user_agent
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, _GuardedAdapter(politeness.allow_private_hosts))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def get(self, request: Request, validators: Validators | None = None) -> Response:
        """Fetch what `request` asks for, obeying robots.txt; with `validators` the body comes only if it changed.

        What is posted has no validators: If-None-Match would have to fail it (RFC 9110 §13.1.2).
        """
        conditions = validators if validators and request.posted is None else Validators()
        return self._follow(request, conditions, obey_robots=True)

    def _fetch_robots(self, url: str) -> Response:
        return self._follow(Request(url), Validators(), obey_robots=False)

    def _follow(self, request: Request, validators: Validators, *, obey_robots: bool) -> Response:
        """Fetch with up to five redirects; those of robots.txt may leave the site (RFC 9309 §2.3.1.2)."""
        url = current = request.url
        for _ in range(MAX_REDIRECTS + 1):
            if not current.lower().startswith(("http://", "https://")) or not host_of(current):
                return _without_answer(url, current, "failed", f"{current!r} is not the address of a web page")
            delay = self._politeness.delay
            if obey_robots:
                rules = self._robots.rules(current)
                refusal = rules.refuses(current)
                if refusal is not None:
                    return _without_answer(url, current, *refusal)
                delay = max(delay, rules.crawl_delay)
            response = self._insist(request, validators, delay)
            target = _redirect_target(response)
            if target is None:
                return replace(response, url=url)
            if obey_robots and not same_site(url, target):
                return _without_answer(url, target, "failed", f"redirected off the site, to {target}")
            current = target
            # Only 307 and 308 ask to post again (RFC 9110 §15.4).
            posts_again = response.status in POSTED_AGAIN
            request = replace(request, url=target) if posts_again else Request(target, referer=request.referer)
        return _without_answer(url, current, "failed", f"more than {MAX_REDIRECTS} redirects")

    def _insist(self, request: Request, validators: Validators, delay: float) -> Response:
        """Request until an answer is worth keeping, at most `retries` times more."""
        url = request.url
        for attempt in itertools.count():
            self._turns.take(host_of(url), delay)
            response = self._request(request, validators)
            transient = response.status in RETRIED or (response.status, response.outcome) == (None, "unreachable")
            if not transient or attempt == self._politeness.retries:
                break
            pause = retry_after(response.headers, datetime.now(UTC))
            if pause is None:
                self._sleep(self._politeness.backoff * 2**attempt)
            elif pause <= self._politeness.total_time:
                self._turns.postpone(host_of(url), pause)
            else:
                return replace(response, reason=f"{response.reason} (it asks to wait {pause:.0f} s)")
        return response

    def _request(self, request: Request, validators: Validators) -> Response:
        """One request and its answer."""
        url, posted = request.url, request.posted
        headers = validators.headers()
        if request.referer:
            # Without fragment (RFC 9110 §10.1.3), and headers are ASCII while addresses in pages are not.
            headers["Referer"] = quote(request.referer.partition("#")[0], safe=_URL_SIGNS)
        if posted:
            headers["Content-Type"] = posted[0]
        deadline = self._clock() + self._politeness.total_time
        timeout = min(self._politeness.timeout, self._politeness.total_time)
        try:
            with self._http.request(
                "POST" if posted else "GET",
                url,
                data=posted[1] if posted else None,
                headers=headers,
                timeout=timeout,
                stream=True,
                allow_redirects=False,
            ) as answer:
                return self._read(url, answer, deadline, conditional=validators != Validators())
        except ForbiddenAddressError as error:
            return _without_answer(url, url, "forbidden_address", str(error))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            return _without_answer(url, url, "failed", str(error))
        except (requests.RequestException, HTTPError) as error:
            return _without_answer(url, url, "unreachable", f"{host_of(url)} does not answer: {_root_cause(error)}")

    def _read(self, url: str, answer: requests.Response, deadline: float, *, conditional: bool) -> Response:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        outcome, reason = outcome_of(answer.status_code, headers, conditional=conditional)
        body = b""
        if outcome == "ok":
            try:
                body = _unzipped(self._body(answer, deadline), headers, self._politeness.max_bytes)
            except _LimitError as error:
                outcome, reason = error.outcome, str(error)
        return Response(url, url, answer.status_code, outcome, body, headers, datetime.now(UTC), reason)

    def _body(self, answer: requests.Response, deadline: float) -> bytes:
        """The decompressed body; `read1` returns what has come, so that a trickle meets the deadline."""
        limit = self._politeness.max_bytes
        body = bytearray()
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
            if self._clock() > deadline:
                raise _LimitError("unreachable", f"the body took more than {self._politeness.total_time:g} s")
        return bytes(body)


def _unzipped(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """The page inside gzip that the headers do not mention (seen at CNIPA, PORTALS §5); other bodies as they are."""
    if not body.startswith(_GZIP_MAGIC) or not headers.get("content-type", "").startswith("text/"):
        return body
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        page = unzip.decompress(body, limit + 1)
    except zlib.error:
        return body
    if len(page) > limit:
        raise _too_large(limit)
    return page


def _too_large(limit: int) -> _LimitError:
    return _LimitError("too_large", f"the body exceeds {limit:,} bytes")


def _redirect_target(response: Response) -> str | None:
    """Where a redirect leads, None for other answers; bytes that are no ASCII are quoted as they came."""
    location = response.headers.get("location")
    if response.status not in REDIRECTS or not location:
        return None
    relative = quote(location.encode("latin-1"), safe=_URL_SIGNS)
    try:
        return urlsplit(urljoin(response.url, relative)).geturl()
    except ValueError:  # such as a bracket that is not closed
        return relative


def _without_answer(url: str, final_url: str, outcome: Outcome, reason: str) -> Response:
    return Response(url, final_url, None, outcome, b"", {}, datetime.now(UTC), reason)


def _root_cause(error: BaseException) -> str:
    """The innermost cause, in place of the chain that requests prints."""
    cause = error.__cause__ or error.__context__
    return _root_cause(cause) if cause else str(error) or type(error).__name__
