"""Sending one request over one route, with requests as the transport.

Owns what every request has in common: who asks, cookies, TLS that is always verified, connections to public
addresses only, the limits of size and time. Knows nothing of robots.txt, pauses, retries or redirects.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HeaderParsingError, HTTPError, InvalidHeader
from urllib3.util.response import assert_header_parsing

from extractors.hosts import host_of
from extractors.web.address_guard import ForbiddenAddressError, guarded_pools
from extractors.web.body import CHUNK, Cut, TooLarge, unpacked, unpacked_part
from extractors.web.deadline import Deadline, within
from extractors.web.fallbacks import Route
from extractors.web.policy import Politeness
from extractors.web.redirects import URL_CHARACTERS
from extractors.web.request import Request
from extractors.web.response import FetchOutcome, Response, Validators, cut_off, judge_status
from extractors.web.tls import tls_context, tls_remedy

# A cookie goes back to the host that set it, or to the site that it names; never to all of gov.cn.
_COOKIES = DefaultCookiePolicy(strict_domain=True, strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)

_CHUNK_END = b"\r\n"
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~\w-]+:")
_LONGEST_LINE = 65_536


class NoAnswer(Exception):
    """A host that does not answer on one route; the message is the reason in one line."""

    def __init__(self, route: Route, error: BaseException) -> None:
        cause = _root_cause(error)
        self.by_tls = isinstance(cause, ssl.SSLError)
        self.by_name = isinstance(cause, socket.gaierror)
        reason = " ".join(str(cause).split()) or type(cause).__name__
        super().__init__(f"{route.url[: route.url.index(':')]}: {reason}{tls_remedy(cause, legacy=route.legacy)}")


class TooSlow(Exception):
    """An answer that began and did not end in its time; the message is the reason in one line."""


class _StrictAnswer(http.client.HTTPResponse):
    """An answer whose chunks must end where they say: else a digit that is left over passes for the last chunk."""

    chunk_left: int | None

    def _get_chunk_left(self) -> int | None:
        if self.chunk_left == 0:
            if self._safe_read(len(_CHUNK_END)) != _CHUNK_END:  # type: ignore[attr-defined]
                raise http.client.IncompleteRead(b"")
            self.chunk_left = None
        left: int | None = super()._get_chunk_left()  # type: ignore[misc]
        return left

    def _read_and_discard_trailer(self) -> None:
        while (line := self.fp.readline(_LONGEST_LINE)).strip():
            if not _TRAILER.match(line):  # the page goes on: its last chunk was none
                raise http.client.IncompleteRead(b"")


class _GuardedAdapter(HTTPAdapter):
    """The transport adapter of requests, over connections to public addresses only."""

    def __init__(self, politeness: Politeness, *, legacy: bool) -> None:
        self._context = tls_context(politeness.ca_bundle, legacy=legacy)
        super().__init__()
        pools = guarded_pools(politeness.allow_private_hosts, anonymous=politeness.contact is None)
        for pool in pools.values():
            pool.ConnectionCls.response_class = _StrictAnswer  # type: ignore[attr-defined]
        self.poolmanager.pool_classes_by_scheme = pools

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        """Make the pools as requests does, with our TLS context."""
        super().init_poolmanager(*args, **keywords, ssl_context=self._context)


class _Session(requests.Session):
    """A session of requests that leaves redirects alone: following them, requests reads their bodies without limit."""

    def __init__(self, politeness: Politeness, cookies: RequestsCookieJar, *, legacy: bool) -> None:
        super().__init__()
        self.trust_env = False  # a proxy or .netrc of the machine would bypass the check of addresses
        self.headers.update(politeness.identity)
        self.cookies = cookies
        for scheme in ("http://", "https://"):
            self.mount(scheme, _GuardedAdapter(politeness, legacy=legacy))

    def prepared(self, request: Request, url: str, headers: Mapping[str, str]) -> requests.PreparedRequest:
        """Return what is sent, as requests prepares it, in half the time: this session has no parameters or hooks."""
        made, posted = requests.PreparedRequest(), request.posted
        made.prepare_method("POST" if posted else "GET")
        made.prepare_url(url, None)
        made.prepare_headers({**self.headers, **headers})
        made.prepare_cookies(self.cookies)
        if posted:
            made.prepare_body(posted[1], None)
        made.prepare_auth(None)
        return made

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Treat no answer as a redirect."""


class Transport:
    """Sessions for modern and (if the portal's file allows it) legacy TLS, which share their cookies."""

    def __init__(self, politeness: Politeness, clock: Callable[[], float]) -> None:
        self._politeness = politeness
        self._clock = clock
        cookies = RequestsCookieJar(policy=_COOKIES)
        kinds = {False, politeness.legacy_tls}
        self._sessions = {legacy: _Session(politeness, cookies, legacy=legacy) for legacy in kinds}

    def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            session.close()

    def send(self, request: Request, route: Route, validators: Validators) -> Response:
        """Send one request and read its answer.

        Raises NoAnswer if the host does not answer on this route, TooSlow if its answer takes too long to begin.
        """
        deadline = Deadline(self._politeness.timeout, self._politeness.total_time, self._clock)
        with within(deadline):
            return self._exchange(request, route, validators, deadline)

    def _exchange(self, request: Request, route: Route, validators: Validators, deadline: Deadline) -> Response:
        url, session = route.url, self._sessions[route.legacy]
        try:
            answer = session.send(
                session.prepared(request, url, _headers(request, validators)),
                timeout=min(self._politeness.timeout, self._politeness.total_time),
                stream=True,
                allow_redirects=False,
                proxies={},
            )
        except ForbiddenAddressError as error:
            return without_answer(url, url, "forbidden_address", str(error))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            if isinstance(_root_cause(error), InvalidHeader):  # of the answer: two lengths of one body
                return without_answer(url, url, "unreachable", f"{host_of(url)} sends a broken header: {error}")
            return without_answer(url, url, "failed", str(error))
        except (requests.RequestException, HTTPError) as error:
            if deadline.heard and deadline.is_over:
                raise TooSlow(f"{host_of(url)} sends too slowly: {deadline.reason}") from error
            raise NoAnswer(route, error) from error
        with answer:
            return self._read(request, url, answer, deadline, conditional=validators != Validators())

    def _read(
        self, request: Request, url: str, answer: requests.Response, deadline: Deadline, *, conditional: bool
    ) -> Response:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        outcome, reason = judge_status(answer.status_code, headers, conditional=conditional)
        response = Response(url, url, answer.status_code, outcome, b"", headers, datetime.now(UTC), reason)
        if outcome != "ok":
            with suppress(HTTPError):  # once a short body that nobody wants is read, the connection can be reused
                answer.raw.read1(CHUNK)
            return response
        try:
            return replace(response, body=self._body(answer, headers, deadline, request.most_bytes))
        except Cut as cut:
            return cut_off(response, cut.received, f"{host_of(url)} breaks off: {cut}")
        except TooLarge as error:
            return replace(response, outcome="too_large", reason=str(error))
        except TooSlow as error:
            return replace(response, outcome="unreachable", reason=str(error))

    def _body(
        self, answer: requests.Response, headers: Mapping[str, str], deadline: Deadline, enough: int | None
    ) -> bytes:
        """Receive the body, or its first bytes if so many are `enough`. Raise Cut, TooLarge or TooSlow."""
        sent, most = bytearray(), self._politeness.max_bytes
        fault = _fault_of_head(answer, headers)
        if fault:
            deadline.hurry()
        try:
            while chunk := answer.raw.read1(CHUNK, decode_content=False):
                sent += chunk
                if enough is not None and len(sent) > enough:
                    return unpacked_part(bytes(sent), headers, enough)
                if len(sent) > most:
                    raise TooLarge(most)
        except HTTPError as error:
            if deadline.is_over:
                raise TooSlow(deadline.reason) from error
            raise Cut(unpacked_part(bytes(sent), headers, most), fault or str(_root_cause(error))) from error
        if fault:
            raise Cut(unpacked_part(bytes(sent), headers, most), fault)
        try:
            return unpacked(bytes(sent), headers, most if enough is None else enough)
        except TooLarge as error:
            if enough is None:
                raise
            return error.received[:enough]


def without_answer(url: str, final_url: str, outcome: FetchOutcome, reason: str) -> Response:
    """Return the response that stands for a request without an answer, or one that was never sent."""
    return Response(url, final_url, None, outcome, b"", {}, datetime.now(UTC), reason)


def _fault_of_head(answer: requests.Response, headers: Mapping[str, str]) -> str | None:
    """Return what is broken in the head of an answer, so that nobody knows where its body ends; None if nothing is.

    Header lines behind one that is none were not read.
    """
    original = answer.raw._original_response
    if original is None:
        return None
    try:
        assert_header_parsing(original.msg)
    except HeaderParsingError as error:
        return f"a line of its header is none ({error})"
    lengths = [length.strip() for length in headers.get("content-length", "0").split(",")]
    if not all(length.isascii() and length.isdigit() for length in lengths):
        return f"its Content-Length is no number ({headers['content-length']!r})"
    codings = {coding.strip().lower() for coding in headers.get("transfer-encoding", "identity").split(",")}
    if codings != {"identity"} and not (codings == {"chunked"} and original.chunked):
        return f"its Transfer-Encoding is unknown ({headers['transfer-encoding']!r})"
    return None


def _headers(request: Request, validators: Validators) -> dict[str, str]:
    headers = validators.headers()
    if request.referer:
        # Without fragment (RFC 9110 §10.1.3); and headers are ASCII, while addresses in pages are not.
        headers["Referer"] = quote(request.referer.partition("#")[0], safe=URL_CHARACTERS)
    if request.posted:
        headers["Content-Type"] = request.posted[0]
    return headers


def _root_cause(error: BaseException) -> BaseException:
    """Return the innermost cause, in place of the chain that requests prints."""
    cause = error.__cause__ or error.__context__
    return _root_cause(cause) if cause else error
