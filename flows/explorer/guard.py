"""Who may ask: this machine alone, or whoever has the token; no other site, and no form that is not one of ours.

Owns the checks before any page is made, and the headers of every answer.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.middleware.base import RequestResponseEndpoint

COOKIE = "nianbao_explorer"
ARCHIVED = "/archived/"
"""Where documents of portals lie: never the same origin as pages for a browser, by the sandbox in their headers."""
LARGEST_FORM = 1_000_000
"""Bytes of a form. It must say its length beforehand: its server then reads no more."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_ARCHIVED_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Without any referrer, browsers send the origin "null" even with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Guard:
    """The names by which this server may be addressed, and the token that visitors need; None on this machine alone.

    A page of another site whose name is made to lead to this machine (DNS rebinding) sends that name, and is refused.
    One that listens everywhere is addressed by whatever number its machine has, which no other site's name is.
    """

    hosts: frozenset[str]
    token: str | None
    everywhere: bool = False

    async def __call__(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Answer a request, or refuse it."""
        return with_headers(request, self._refusal(request) or await call_next(request))

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "").lower()
        if host not in self.hosts and not (self.everywhere and _is_number(host)):
            return PlainTextResponse(
                f"this explorer does not answer for {host!r}: open the address that it printed", 421
            )
        if _is_of_another_site(request):
            return PlainTextResponse("another site may link to these pages, but not use them", 403)
        if request.method not in _SAFE and (refusal := _refused_form(request, host)):
            return refusal
        return self._without_token(request)

    def _without_token(self, request: Request) -> Response | None:
        """Refuse who has no token; give a browser that came with one a cookie, and take it out of its address."""
        if self.token is None:
            return None
        given = request.query_params.get("token")
        if given is not None and _same(given, self.token):
            rest = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
            path = "/" + request.url.path.lstrip("/")  # two slashes would lead to another site
            answer = RedirectResponse(f"{path}?{urlencode(rest)}".rstrip("?"), 303)
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        if _same(request.cookies.get(COOKIE, ""), self.token):
            return None
        return PlainTextResponse("open the address with ?token=… that `nianbao explore` printed", 401)


def with_headers(request: Request, response: Response) -> Response:
    """Return an answer with what tells a browser to trust nothing else."""
    response.headers.update(_HEADERS)
    archived = request.url.path.startswith(ARCHIVED)
    response.headers["Content-Security-Policy"] = _ARCHIVED_POLICY if archived else _POLICY
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _is_of_another_site(request: Request) -> bool:
    """Return whether a page of another site sends a request, other than by a link that somebody follows.

    It could read no answer, but keep this machine busy with questions and files.
    """
    sent = request.headers
    is_link = (sent.get("sec-fetch-mode"), sent.get("sec-fetch-dest")) == ("navigate", "document")
    return sent.get("sec-fetch-site") == "cross-site" and not is_link


def _refused_form(request: Request, host: str) -> Response | None:
    """Refuse a form of another site, and one of unknown or immoderate length.

    Browsers name the origin with every form, also where they leave out the referrer.
    """
    if request.headers.get("origin", "").lower() not in (f"http://{host}", f"https://{host}"):
        return PlainTextResponse("a form of another site is refused", 403)
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isdecimal():
        return PlainTextResponse("a form must say its length", 411)
    if int(length) > LARGEST_FORM:
        return PlainTextResponse(f"a form of more than {LARGEST_FORM:,} bytes is refused", 413)
    return None


def _is_number(host: str) -> bool:
    """Return whether a host is an address in numbers, whatever its port.

    >>> _is_number("192.168.0.7:8321"), _is_number("[fe80::1]:8321"), _is_number("192.168.0.7.evil.example")
    (True, True, False)
    """
    try:
        ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    return True


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
