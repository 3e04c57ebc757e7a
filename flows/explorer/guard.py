"""Who may ask: this machine alone, or whoever has the token; no other site, and no form that is not one of ours.

Owns the checks before any page is made, and the headers of every answer.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.middleware.base import RequestResponseEndpoint

COOKIE = "nianbao_explorer"
ARCHIVED = "/archived/"
"""Where documents of portals lie: never the same origin as pages for a browser, by the sandbox in their headers."""
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
    """

    hosts: frozenset[str]
    token: str | None

    async def __call__(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Answer a request, or refuse it."""
        response = self._refusal(request) or await call_next(request)
        response.headers.update(_HEADERS)
        archived = request.url.path.startswith(ARCHIVED)
        response.headers["Content-Security-Policy"] = _ARCHIVED_POLICY if archived else _POLICY
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if host.lower() not in self.hosts:
            return PlainTextResponse(
                f"this explorer does not answer for {host!r}: open the address that it printed", 421
            )
        if request.method not in _SAFE and not self._is_of_this_site(request, host):
            return PlainTextResponse("a form of another site is refused", 403)
        return self._without_token(request)

    def _is_of_this_site(self, request: Request, host: str) -> bool:
        """Return whether a form was sent from a page of ours: browsers name the origin with every form."""
        origin = request.headers.get("origin")
        return origin is not None and urlsplit(origin).netloc.lower() == host.lower()

    def _without_token(self, request: Request) -> Response | None:
        """Refuse who has no token; give a browser that came with one a cookie, and take it out of its address."""
        if self.token is None:
            return None
        given = request.query_params.get("token")
        if given is not None and _same(given, self.token):
            rest = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
            answer = RedirectResponse(f"{request.url.path}?{urlencode(rest)}".rstrip("?"), 303)
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        if _same(request.cookies.get(COOKIE, ""), self.token):
            return None
        return PlainTextResponse("open the address with ?token=… that `nianbao explore` printed", 401)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
