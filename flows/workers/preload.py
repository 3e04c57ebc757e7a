"""Read one report on import: readers are forked from a server that imports this, and start with what it loaded.

Nothing else may import it: it takes a second.
"""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.portals.sample.server import load_pages
from flows.documents.parse import Task, parse
from transforms.report import Context
from transforms.rows import ReportSource

_REPORT = "/zwgk/zfxxgknb/201903/t20190312_1001.html"

_now = datetime.now(UTC)
_source = ReportSource("http://localhost/", "0" * 64, "text/html", _now, _now, _now, "preload")
parse(Task(load_pages()[_REPORT].body, None, Context(), _source))
