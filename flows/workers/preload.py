"""A report, read once: the server that readers are forked from imports this module before it forks.

Each reader then starts with the modules that reading loads, which takes a second. Nothing else must import this.
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
