"""The sample portal for tests that change it, take it down, or count what it was asked.

Owns conditional requests and the article that fails twice; what lies on the portal stands in `site`.
"""

from __future__ import annotations

from email.utils import format_datetime

from tests.support.sample_portal.catalogue import find_report
from tests.support.sample_portal.figures import Figures
from tests.support.sample_portal.site import Site
from tests.support.servers.scripted import Answer, RecordedRequest, ScriptedServer

FAILING_REPORT = ("甲子县", 2022)
FAILURES = 2
"""How often the article of FAILING_REPORT answers 500 before it works, counted from the start of the server."""


class SamplePortal(ScriptedServer):
    """The portal, served on loopback while the `with` block lasts."""

    def __init__(self) -> None:
        super().__init__()
        self._site = Site()
        self._is_down = False
        failing, failure = find_report(*FAILING_REPORT).path, Answer(status=500)
        for path in self._site.paths():
            self.serve(path, *[failure] * (FAILURES if path == failing else 0), self._page)

    def change(self, county: str, year: int) -> Figures:
        """Alter one figure of an HTML report at its address, with a new ETag; return the new figures.

        Raise LookupError if the portal has no such report, ValueError if it is a PDF.
        """
        return self._site.change(county, year)

    def down(self, is_down: bool) -> None:
        """Make every request answer 503, or work again."""
        self._is_down = is_down

    def answer(self, request: RecordedRequest) -> Answer:
        """Answer with the resource at the path, unless the portal is down."""
        return Answer(status=503) if self._is_down else super().answer(request)

    def _page(self, request: RecordedRequest) -> Answer | None:
        resource = self._site.get(request.path)
        if resource is None:
            return None
        modified = format_datetime(resource.modified, usegmt=True)
        validators = {"ETag": resource.etag, "Last-Modified": modified}
        if _is_known(request, resource.etag, modified):
            return Answer(status=304, headers=validators)
        return Answer(resource.body, headers={"Content-Type": resource.content_type, **validators})


def _is_known(request: RecordedRequest, etag: str, modified: str) -> bool:
    """Return whether the client's validators hold; If-None-Match outranks the date (RFC 9110, 13.2.2)."""
    tags = request.headers.get("if-none-match")
    return etag in tags if tags is not None else request.headers.get("if-modified-since") == modified
