"""The polite client, and the only place that asks the web for anything.

Owns robots.txt, the pause between requests to one host, retries, conditional requests, redirects, and the fallback to
other routes. Every request ends in a `Response`, judged by what came back; a portal's failure is never an exception.
Does not store what it fetches.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from extractors.hosts import host_of, is_listed, is_web_address, same_site
from extractors.web.block_pages import find_block_page
from extractors.web.fallbacks import HostRoutes
from extractors.web.homepage_check import Homepages
from extractors.web.policy import Politeness
from extractors.web.rate_limit import LocalRateLimiter, RateLimiter
from extractors.web.redirects import redirect_target, redirects_back, shell_target, without_validators
from extractors.web.request import Request
from extractors.web.response import POSTED_AGAIN, RETRIED, Response, ResponseCache, Validators, retry_after
from extractors.web.robots import MOST_BYTES, RobotsCache, RobotsRules, is_fresh
from extractors.web.transport import NoAnswer, TooSlow, Transport, without_answer

MAX_REDIRECTS = 5


class PoliteClient:
    """A context manager that fetches politely; safe for threads. `clock` and `sleep` are in seconds.

    `rate_limiter` may be shared with other clients, so that together they ask no host more often than each alone may.
    `cache` serves robots.txt and homepages only; callers cache their own requests.
    """

    def __init__(
        self,
        politeness: Politeness,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        rate_limiter: RateLimiter | None = None,
        cache: ResponseCache | None = None,
    ) -> None:
        self._politeness = politeness
        self._sleep = sleep
        self._rate_limiter = rate_limiter or LocalRateLimiter(clock, sleep)
        self._cache = cache
        self._agent = politeness.user_agent.split("/")[0].strip()
        self._robots = RobotsCache(self._agent, self._fetch_robots, clock)
        self._homepages = Homepages(self._fetch_homepage)
        self._routes = HostRoutes(legacy_tls=politeness.legacy_tls)
        self._transport = Transport(politeness, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._transport.close()

    def get(self, request: Request, validators: Validators | None = None) -> Response:
        """Fetch what `request` asks for, obeying robots.txt; with `validators` the body comes only if it changed.

        A POST request is sent without validators: If-None-Match would make the server fail it (RFC 9110 §13.1.2).
        """
        conditions = validators if validators and request.posted is None else Validators()
        return self._judged(request, self._following_redirects(request, conditions))

    def rules(self, url: str) -> RobotsRules:
        """Return what robots.txt of the host of `url` allows."""
        return self._robots.rules(url)

    def _fetch_robots(self, url: str) -> Response:
        cached = self._cache.get(url) if self._cache else None
        fresh = cached if cached and is_fresh(cached, self._agent) else None
        request = Request(url, most_bytes=MOST_BYTES)
        return fresh or self._cached(self._following_redirects(request, Validators(), obey_robots=False))

    def _fetch_homepage(self, url: str) -> Response:
        cached = self._cache.get(url) if self._cache else None
        return cached or self._cached(self._following_redirects(Request(url), Validators()))

    def _cached(self, response: Response) -> Response:
        if self._cache:
            self._cache.put(response.url, response)
        return response

    def _judged(self, asked: Request, response: Response) -> Response:
        """Return the response, without its body if that is something else than was asked for."""
        if response.outcome != "ok":
            return response
        found = find_block_page(asked, response.final_url, response.headers, response.body)
        if found is None and self._homepages.shows_home(asked.url, response.final_url, response.body):
            found = "wrong_page", f"{asked.url} leads to the homepage: it moved, or the site is asked too often"
        return response if found is None else replace(response, outcome=found[0], body=b"", reason=found[1])

    def _following_redirects(self, request: Request, validators: Validators, *, obey_robots: bool = True) -> Response:
        """Fetch with up to five redirects; those of robots.txt may leave the site (RFC 9309 §2.3.1.2)."""
        url, by_page = request.url, False
        for _ in range(MAX_REDIRECTS + 1):
            current = request.url
            if not is_web_address(current):
                return without_answer(url, current, "failed", f"{current!r} is not the address of a web page")
            delay = self._politeness.delay
            if obey_robots:
                rules = self._robots.rules(current)
                forbidden = rules.refuses(current)
                if forbidden is not None:
                    return without_answer(url, current, *forbidden)
                delay = max(delay, rules.crawl_delay)
            try:
                response = self._with_retries(request, validators, delay)
            except TooSlow as error:  # asked again, it would take as long again
                return without_answer(url, current, "unreachable", str(error))
            target = redirect_target(response)
            if obey_robots and response.outcome == "ok":
                target = shell_target(request, response.body)
                by_page = by_page or target is not None
            if target is None:
                return replace(without_validators(response) if by_page else response, url=url)
            if obey_robots and not same_site(url, target) and not is_listed(target, self._politeness.allow_hosts):
                return without_answer(url, target, "failed", f"redirected off the site, to {target}")
            validators = Validators() if by_page else validators
            # Only 307 and 308 ask to post again (RFC 9110 §15.4).
            posts_again = response.status in POSTED_AGAIN
            request = replace(request, url=target) if posts_again else replace(request, url=target, form=(), json=None)
        return without_answer(url, request.url, "failed", f"more than {MAX_REDIRECTS} redirects")

    def _with_retries(self, request: Request, validators: Validators, delay: float) -> Response:
        """Send a request until its answer is worth keeping, at most `retries` times more."""
        first = response = self._first_route_that_answers(request, validators, delay, again=False)
        for attempt in itertools.count():
            if not _is_transient(response) or attempt == self._politeness.retries:
                break
            pause = retry_after(response.headers, datetime.now(UTC))
            if pause is None:
                self._sleep(self._politeness.backoff * 2**attempt)
            elif pause <= self._politeness.total_time:
                self._rate_limiter.postpone(host_of(request.url), pause)
            else:
                return replace(response, reason=f"{response.reason} (it asks to wait {pause:.0f} s)")
            response = self._first_route_that_answers(request, validators, delay, again=True)
        # If no attempt was answered, the reason of the first names every route.
        unanswered = (None, "unreachable")
        return first if (response.status, response.outcome) == unanswered == (first.status, first.outcome) else response

    def _first_route_that_answers(
        self, request: Request, validators: Validators, delay: float, *, again: bool
    ) -> Response:
        """Send one request on the route on which the host is known to answer, else on the first that works.

        Retries (`again`) take the first route only: a host that is down is not asked twice as often.
        """
        url, by_tls = request.url, False
        failures: list[str] = []
        known = self._routes.to(url)
        for route in known[:1] if again else known:
            if route.legacy and failures and not by_tls:
                continue
            self._rate_limiter.take(host_of(url), delay)
            try:
                response = self._transport.send(request, route, validators)
            except NoAnswer as failure:
                failures.append(str(failure))
                by_tls = failure.by_tls
                if failure.by_name:
                    break
                continue
            if not redirects_back(response, url):
                self._routes.answered(url, route)
                return response
            failures.append(f"{response.url} leads back to {response.headers['location']}")
        return without_answer(url, url, "unreachable", f"{host_of(url)} does not answer ({'; '.join(failures)})")


def _is_transient(response: Response) -> bool:
    """Return whether the same request may bring more in a moment: the host was in trouble, silent, or broke off."""
    silent = (response.status, response.outcome) == (None, "unreachable")
    return silent or response.status in RETRIED or response.received is not None
