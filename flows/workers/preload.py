"""Reads one report on import: readers are forked from a server that imports this, and start with what it loaded.

Nothing else may import it: it takes a second.
"""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.portals.sample.catalogue import truth
from extractors.portals.sample.site import Site
from flows.documents.parse import Task, parse
from transforms.report import Context
from transforms.rows import ReportSource

_page, _now = Site().get(truth()[0].path), datetime.now(UTC)
if _page:
    _source = ReportSource("http://localhost/", "0" * 64, "text/html", _now, _now, _now, "preload")
    parse(Task(_page.body, None, Context(), _source))
