"""The polite client, and the only place that asks the web for anything.

Owns robots, the delay per host, retries, conditional requests, redirects, the ways to reach a host, limits of size
and time, and the refusal of addresses that are not public. Every request ends in a `Response`, judged by what came
back; a portal's failure is never an exception. Must not store what is fetched.
"""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError

from extractors.hosts import LocalRateLimiter, RateLimiter, host_of, same_site
from extractors.web.address_guard import ForbiddenAddressError, guarded_pools, tls_context, tls_remedy
from extractors.web.block_pages import find_block_page
from extractors.web.body import CHUNK, LimitError, TransferLimits, read_body
from extractors.web.fallbacks import HostRoutes, Route
from extractors.web.homepage_check import Homepages
from extractors.web.policy import Politeness
from extractors.web.redirects import URL_SIGNS, redirect_target, redirects_back, shell_target, without_validators
from extractors.web.request import Request
from extractors.web.response import (
    POSTED_AGAIN,
    RETRIED,
    FetchOutcome,
    Response,
    ResponseCache,
    Validators,
    judge_status,
    retry_after,
)
from extractors.web.robots import RobotsCache, RobotsRules, is_fresh

MAX_REDIRECTS = 5
# A cookie goes back to the host that set it, or to the site that it names; never to all of gov.cn.
_COOKIES = DefaultCookiePolicy(strict_domain=True, strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)


class _NoAnswer(Exception):
    """A host that does not answer on one way, with the reason in one line."""

    def __init__(self, way: Route, error: BaseException) -> None:
        cause = _root_cause(error)
        self.by_tls = isinstance(cause, ssl.SSLError)
        self.by_name = isinstance(cause, socket.gaierror)
        told = " ".join(str(cause).split()) or type(cause).__name__
        super().__init__(f"{way.url[: way.url.index(':')]}: {told}{tls_remedy(cause, legacy=way.legacy)}")


class _GuardedAdapter(HTTPAdapter):
    """requests' transport over connections to public addresses only."""

    def __init__(self, politeness: Politeness, *, legacy: bool) -> None:
        self._context = tls_context(politeness.ca_bundle, legacy=legacy)
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = guarded_pools(politeness.allow_private_hosts)

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        """As requests makes it, with our way to speak TLS."""
        super().init_poolmanager(*args, **keywords, ssl_context=self._context)


class _Transport(requests.Session):
    """requests' session that leaves redirects alone: it would read their whole body, without limit."""

    def __init__(self, politeness: Politeness, cookies: RequestsCookieJar, *, legacy: bool) -> None:
        super().__init__()
        self.trust_env = False  # a proxy or .netrc of the machine would bypass the check of addresses
        self.headers["User-Agent"] = politeness.user_agent
        self.cookies = cookies
        for scheme in ("http://", "https://"):
            self.mount(scheme, _GuardedAdapter(politeness, legacy=legacy))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No answer is a redirect."""


class PoliteClient:
    """A context manager that fetches politely; safe for threads. `clock` and `sleep` are in seconds.

    `turns` are those that it shares with other sessions, which ask no host together more often than each alone may.
    `memory` spares what it would ask of its own accord, robots.txt and homepages; what `get` asks is its caller's.
    """

    def __init__(
        self,
        politeness: Politeness,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        turns: RateLimiter | None = None,
        memory: ResponseCache | None = None,
    ) -> None:
        self._politeness = politeness
        self._clock = clock
        self._sleep = sleep
        self._turns = turns or LocalRateLimiter(clock, sleep)
        self._memory = memory
        self._agent = politeness.user_agent.split("/")[0].strip()
        self._robots = RobotsCache(self._agent, self._fetch_robots, clock)
        self._limits = TransferLimits(politeness.max_bytes, politeness.total_time, clock)
        self._homepages = Homepages(self._fetch_homepage)
        self._ways = HostRoutes(legacy_tls=politeness.legacy_tls)
        cookies = RequestsCookieJar(policy=_COOKIES)
        kinds = {False, politeness.legacy_tls}
        self._clients = {legacy: _Transport(politeness, cookies, legacy=legacy) for legacy in kinds}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for client in self._clients.values():
            client.close()

    def get(self, request: Request, validators: Validators | None = None) -> Response:
        """Fetch what `request` asks for, obeying robots.txt; with `validators` the body comes only if it changed.

        What is posted has no validators: If-None-Match would have to fail it (RFC 9110 §13.1.2).
        """
        conditions = validators if validators and request.posted is None else Validators()
        return self._judged(request, self._follow(request, conditions))

    def rules(self, url: str) -> RobotsRules:
        """What robots.txt of the host of `url` allows."""
        return self._robots.rules(url)

    def _fetch_robots(self, url: str) -> Response:
        kept = self._memory.get(url) if self._memory else None
        fresh = kept if kept and is_fresh(kept, self._agent) else None
        return fresh or self._kept(self._follow(Request(url), Validators(), obey_robots=False))

    def _fetch_homepage(self, url: str) -> Response:
        kept = self._memory.get(url) if self._memory else None
        return kept or self._kept(self._follow(Request(url), Validators()))

    def _kept(self, response: Response) -> Response:
        if self._memory:
            self._memory.put(response.url, response)
        return response

    def _judged(self, asked: Request, response: Response) -> Response:
        """The response, unless its body is something else than what was asked for."""
        if response.outcome != "ok":
            return response
        found = find_block_page(asked, response.final_url, response.headers, response.body)
        if found is None and self._homepages.shows_home(asked.url, response.final_url, response.body):
            found = "wrong_page", f"{asked.url} leads to the homepage: it moved, or the site is asked too often"
        return response if found is None else replace(response, outcome=found[0], body=b"", reason=found[1])

    def _follow(self, request: Request, validators: Validators, *, obey_robots: bool = True) -> Response:
        """Fetch with up to five redirects; those of robots.txt may leave the site (RFC 9309 §2.3.1.2)."""
        url, by_page = request.url, False
        for _ in range(MAX_REDIRECTS + 1):
            current = request.url
            if not current.lower().startswith(("http://", "https://")) or not host_of(current):
                return _without_answer(url, current, "failed", f"{current!r} is not the address of a web page")
            delay = self._politeness.delay
            if obey_robots:
                rules = self._robots.rules(current)
                forbidden = rules.refuses(current)
                if forbidden is not None:
                    return _without_answer(url, current, *forbidden)
                delay = max(delay, rules.crawl_delay)
            response = self._insist(request, validators, delay)
            target = redirect_target(response)
            if obey_robots and response.outcome == "ok":
                target = shell_target(request, response.body)
                by_page = by_page or target is not None
            if target is None:
                return replace(without_validators(response) if by_page else response, url=url)
            if obey_robots and not same_site(url, target):
                return _without_answer(url, target, "failed", f"redirected off the site, to {target}")
            validators = Validators() if by_page else validators
            # Only 307 and 308 ask to post again (RFC 9110 §15.4).
            posts_again = response.status in POSTED_AGAIN
            request = replace(request, url=target) if posts_again else Request(target, referer=request.referer)
        return _without_answer(url, request.url, "failed", f"more than {MAX_REDIRECTS} redirects")

    def _insist(self, request: Request, validators: Validators, delay: float) -> Response:
        """Request until an answer is worth keeping, at most `retries` times more."""
        first = response = self._reach(request, validators, delay, again=False)
        for attempt in itertools.count():
            transient = response.status in RETRIED or (response.status, response.outcome) == (None, "unreachable")
            if not transient or attempt == self._politeness.retries:
                break
            pause = retry_after(response.headers, datetime.now(UTC))
            if pause is None:
                self._sleep(self._politeness.backoff * 2**attempt)
            elif pause <= self._politeness.total_time:
                self._turns.postpone(host_of(request.url), pause)
            else:
                return replace(response, reason=f"{response.reason} (it asks to wait {pause:.0f} s)")
            response = self._reach(request, validators, delay, again=True)
        # Where no attempt was answered, the first tells of every way.
        unanswered = (None, "unreachable")
        return first if (response.status, response.outcome) == unanswered == (first.status, first.outcome) else response

    def _reach(self, request: Request, validators: Validators, delay: float, *, again: bool) -> Response:
        """One request and its answer, on the way by which the host is known to answer, else on the first that works.

        Other ways are tried once: a host that is down is not asked twice as often.
        """
        url, by_tls = request.url, False
        failures: list[str] = []
        known = self._ways.to(url)
        for way in known[:1] if again else known:
            if way.legacy and failures and not by_tls:
                continue
            self._turns.take(host_of(url), delay)
            try:
                response = self._request(request, way, validators)
            except _NoAnswer as failure:
                failures.append(str(failure))
                by_tls = failure.by_tls
                if failure.by_name:
                    break
                continue
            if not redirects_back(response, url):
                self._ways.answered(url, way)
                return response
            failures.append(f"{response.url} leads back to {response.headers['location']}")
        return _without_answer(url, url, "unreachable", f"{host_of(url)} does not answer ({'; '.join(failures)})")

    def _request(self, request: Request, way: Route, validators: Validators) -> Response:
        """One request and its answer. Raises _NoAnswer."""
        url, posted = way.url, request.posted
        headers = validators.headers()
        if request.referer:
            # Without fragment (RFC 9110 §10.1.3), and headers are ASCII while addresses in pages are not.
            headers["Referer"] = quote(request.referer.partition("#")[0], safe=URL_SIGNS)
        if posted:
            headers["Content-Type"] = posted[0]
        begun = self._clock()
        timeout = min(self._politeness.timeout, self._politeness.total_time)
        try:
            answer = self._clients[way.legacy].request(
                "POST" if posted else "GET",
                url,
                data=posted[1] if posted else None,
                headers=headers,
                timeout=timeout,
                stream=True,
                allow_redirects=False,
            )
        except ForbiddenAddressError as error:
            return _without_answer(url, url, "forbidden_address", str(error))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            return _without_answer(url, url, "failed", str(error))
        except (requests.RequestException, HTTPError) as error:
            raise _NoAnswer(way, error) from error
        with answer:
            return self._read(url, answer, begun, conditional=validators != Validators())

    def _read(self, url: str, answer: requests.Response, begun: float, *, conditional: bool) -> Response:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        outcome, reason = judge_status(answer.status_code, headers, conditional=conditional)
        body = b""
        if outcome == "ok":
            try:
                body = read_body(answer.raw, headers, self._limits, begun)
            except LimitError as error:
                outcome, reason = error.outcome, str(error)
            except HTTPError as error:
                return _without_answer(url, url, "unreachable", f"{host_of(url)} breaks off: {_root_cause(error)}")
        else:
            with suppress(HTTPError):  # a short body that is not wanted: at its end the connection can be used again
                answer.raw.read1(CHUNK)
        return Response(url, url, answer.status_code, outcome, body, headers, datetime.now(UTC), reason)


def _without_answer(url: str, final_url: str, outcome: FetchOutcome, reason: str) -> Response:
    return Response(url, final_url, None, outcome, b"", {}, datetime.now(UTC), reason)


def _root_cause(error: BaseException) -> BaseException:
    """The innermost cause, in place of the chain that requests prints."""
    cause = error.__cause__ or error.__context__
    return _root_cause(cause) if cause else error
