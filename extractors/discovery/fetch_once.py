"""Fetching each page once, however often a search comes by."""

from __future__ import annotations

from dataclasses import replace

from extractors.discovery.list_walk import FetchPage
from extractors.web.request import Request
from extractors.web.response import Response


class FetchOnce:
    """Fetches each request once, and counts."""

    def __init__(self, fetch: FetchPage) -> None:
        self._fetch = fetch
        self._responses: dict[str, Response] = {}

    def __call__(self, request: Request) -> Response:
        """Return the response to a request, as it was the first time.

        It is a copy: the tree of a page is fifty times as large as the page, and goes with the copy.
        """
        if request.key not in self._responses:
            self._responses[request.key] = self._fetch(request)
        return replace(self._responses[request.key])

    @property
    def count(self) -> int:
        """How many requests were fetched."""
        return len(self._responses)
