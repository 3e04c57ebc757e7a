"""What robots.txt of each host allows (RFC 9309), read once and cached for a while.

Owns the reading of robots.txt and the decision for hosts without one. The client passes the function that fetches.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from protego import Protego

from extractors.encoding import decode
from extractors.web.block_pages import find_block_page
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response

MOST_BYTES = 512_000
"""How much of a robots.txt is read: as much as every crawler must read (RFC 9309 §2.5)."""
MOST_CRAWL_DELAY = 3_600.0
"""Seconds between two requests above which a host is not asked at all: at one an hour, no list ends within a month."""
_USER_AGENT = re.compile(r"[\s\ufeff]*user[- ]?agent(?:\s*:|\s)(.*)", re.IGNORECASE)
_OTHERS = "User-agent: all-other-programs"
_LIFE = 86_400.0  # seconds; RFC 9309 §2.4: not longer than a day
_LIFE_OF_FAILURE = 300.0  # a host that could not be reached is asked again soon
_HIDDEN = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one host allows to one user agent; `refusal` holds outcome and reason if it allows nothing."""

    agent: str
    robots: Protego | None = None
    refusal: tuple[FetchOutcome, str] | None = None

    def refuses(self, url: str) -> tuple[FetchOutcome, str] | None:
        """Return outcome and reason if `url` must not be fetched, else None."""
        if self.refusal is not None:
            return self.refusal
        if self.robots is not None and not self.robots.can_fetch(url, self.agent):
            return "refused_by_robots", f"robots.txt of {urlsplit(url).netloc} disallows {urlsplit(url).path or '/'}"
        return None

    @property
    def crawl_delay(self) -> float:
        """Seconds between requests that the host asks for; 0 if it does not."""
        return float((self.robots and self.robots.crawl_delay(self.agent)) or 0.0)


def read_rules(response: Response, agent: str) -> RobotsRules:
    """Read the rules from the response to a request for robots.txt.

    A host without the file allows everything (4xx, RFC 9309 §2.3.1.3). A host that hides it (401, 403) allows nothing.
    A host in trouble allows nothing for now (§2.3.1.4), with the outcome of that trouble, so that a site that is down
    is not taken for one that forbids. A firewall's script in place of the file is such trouble; any other page holds
    no lines of a robots.txt, and forbids nothing. A crawl-delay that no night could keep to is a refusal of its own.
    """
    if response.outcome == "ok":
        found = find_block_page(Request(response.url), response.final_url, response.headers, response.body)
        if found is not None and found[0] == "waf":
            return RobotsRules(agent, refusal=("waf", f"{response.url}: {found[1]}"))
        return _bounded(RobotsRules(agent, Protego.parse(_lines_for(agent, response.body))), response.url)
    if response.status in _HIDDEN:
        return RobotsRules(
            agent, refusal=("refused_by_robots", f"{response.url} is refused with HTTP {response.status}")
        )
    if response.outcome in ("throttled", "too_large", "forbidden_address") or _in_trouble(response):
        return RobotsRules(agent, refusal=(response.outcome, f"{response.url}: {response.reason}"))
    return RobotsRules(agent)


def _lines_for(agent: str, body: bytes) -> str:
    """Return a robots.txt as Protego reads it in bounded time.

    Without a byte order mark, which would hide its first line, and without a last line that may be cut in the middle.
    The names of other programs are all one: Protego keeps each rule for every name above it.
    """
    lines = decode(body).lstrip("\ufeff").splitlines()
    whole = lines[:-1] if len(body) >= MOST_BYTES else lines
    return "\n".join(_OTHERS if _names_another(line, agent) else line for line in whole)


def _names_another(line: str, agent: str) -> bool:
    named = _USER_AGENT.match(line)
    name = named[1].partition("#")[0].strip(" \t*").lower() if named else ""
    return name.replace("*", "") not in agent.lower()


def _bounded(rules: RobotsRules, url: str) -> RobotsRules:
    """Return the rules; a refusal if the host asks for longer pauses than can be kept."""
    asked = rules.crawl_delay
    if asked <= MOST_CRAWL_DELAY:
        return rules
    reason = f"{url} asks for {asked:,.0f} s between requests; at most {MOST_CRAWL_DELAY:,.0f} s are waited"
    return RobotsRules(rules.agent, refusal=("crawl_delay", reason))


class RobotsCache:
    """Rules by scheme, host and port; safe for threads: one thread at a time asks a host."""

    def __init__(self, agent: str, fetch: Callable[[str], Response], clock: Callable[[], float]) -> None:
        self._agent = agent
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._rules: dict[str, tuple[RobotsRules, float]] = {}

    def rules(self, url: str) -> RobotsRules:
        """Return the rules for the host of `url`, fetched if unknown or too old."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
        with self._lock:
            host_lock = self._host_locks.setdefault(origin, threading.Lock())
        with host_lock:
            rules, expires = self._rules.get(origin, (None, 0.0))
            if rules is None or self._clock() >= expires:
                response = self._fetch(f"{origin}/robots.txt")
                rules = read_rules(response, self._agent)
                self._rules[origin] = rules, self._clock() + _life(rules) - _age(response)
        return rules


def is_fresh(response: Response, agent: str) -> bool:
    """Return whether a cached robots.txt is still fresh."""
    return _age(response) < _life(read_rules(response, agent))


def _life(rules: RobotsRules) -> float:
    return _LIFE_OF_FAILURE if rules.refusal else _LIFE


def _age(response: Response) -> float:
    return max(0.0, (datetime.now(UTC) - response.fetched_at).total_seconds())


def _in_trouble(response: Response) -> bool:
    """Return whether the host failed or did not answer; endless redirects count as no robots.txt (§2.3.1.2)."""
    if response.status is None:
        return response.outcome != "failed"
    return response.status >= 500 or response.status == HTTPStatus.OK
