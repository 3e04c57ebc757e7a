"""Every address of the sample portal with its bytes: homepage, list pages, articles, attachments.

Owns the site as a mapping from path to resource, rendered on first request and kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from html import escape
from pathlib import PurePosixPath
from threading import Lock

from tests.support.sample_portal import page
from tests.support.sample_portal.catalogue import (
    COLUMN_PATH,
    PDF,
    IgnoredEntry,
    PublishedReport,
    find_report,
    ignored_entries,
    truth,
)
from tests.support.sample_portal.figures import Figures, amended
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose

ROWS_A_PAGE = 8
LONGEST_TITLE = 18
SITE_CHANGED = date(2025, 4, 3)


@dataclass(frozen=True, slots=True)
class Resource:
    """The bytes behind one path, with what a server says of them."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        """Strong validator made of the bytes, in quotes as HTTP wants it."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class Site:
    """The resources by path; rendered when first asked for, and kept until changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[str, Resource] = {}
        self._makers: dict[str, Callable[[], Resource]] = _makers()

    def paths(self) -> list[str]:
        """Return every path that leads to a resource, sorted."""
        return sorted(self._makers)

    def get(self, path: str) -> Resource | None:
        """Return the resource behind a path, None if there is none."""
        with self._lock:
            if path not in self._made and path in self._makers:
                self._made[path] = self._makers[path]()
            return self._made.get(path)

    def change(self, county: str, year: int) -> Figures:
        """Alter one figure of an HTML report at its address; return its new figures.

        Raises LookupError where the portal has no such report, ValueError where it is a PDF.
        """
        report = find_report(county, year)
        if report.media_type == PDF:
            raise ValueError(f"the report of {county} for {year} is a PDF: choose one with media type text/html")
        with self._lock:
            earlier = self._made.get(report.path) or self._makers[report.path]()
            changed = replace(report, figures=amended(report.figures))
            later = earlier.modified + timedelta(days=1)
            self._made[report.path] = replace(_make_article(changed), modified=later)
        return changed.figures


def list_paths() -> list[str]:
    """Paths of the list pages, first page first."""
    count = -(-(len(truth()) + len(ignored_entries())) // ROWS_A_PAGE)
    return [f"{COLUMN_PATH}index{f'_{number}' if number else ''}.html" for number in range(count)]


def _makers() -> dict[str, Callable[[], Resource]]:
    makers: dict[str, Callable[[], Resource]] = {"/robots.txt": _make_robots, "/": _make_homepage}
    for number, path in enumerate(list_paths()):
        makers[path] = partial(_make_list, number)
    makers[COLUMN_PATH] = partial(_make_list, 0)
    for entry in ignored_entries():
        makers[entry.page] = partial(_make_ignored, entry)
    for report in truth():
        makers[report.page] = partial(_make_article, report)
        if report.media_type == PDF:
            makers[report.path] = partial(_make_attachment, report)
    return makers


def _resource(text: str, published_on: date) -> Resource:
    return Resource(text.encode(), "text/html; charset=utf-8", _modified(published_on))


def _modified(published_on: date) -> datetime:
    """Half past ten in the morning at +08:00."""
    return datetime.combine(published_on, time(2, 30), UTC)


def _make_robots() -> Resource:
    return Resource(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8", _modified(SITE_CHANGED))


def _make_homepage() -> Resource:
    body = f"""<div class="news"><h2>政务公开</h2>
<ul><li><a href="{COLUMN_PATH}">{page.COLUMN_NAME}</a></li></ul></div>"""
    return _resource(page.render_site(f"<title>{page.SITE_NAME}</title>", body), SITE_CHANGED)


def _make_list(number: int) -> Resource:
    """List page `number` (from 0): newest entries first, titles cut as editors do."""
    entries: list[PublishedReport | IgnoredEntry] = [*truth(), *ignored_entries()]
    entries.sort(key=lambda entry: entry.published_on, reverse=True)
    rows = "\n".join(_list_row(entry) for entry in entries[number * ROWS_A_PAGE : (number + 1) * ROWS_A_PAGE])
    head = f"""<title>{page.COLUMN_NAME}_{page.SITE_NAME}</title>
<meta name="ColumnName" content="{page.COLUMN_NAME}" />
<meta name="ColumnType" content="信息公开年报" />"""
    body = f"""<div class="list">
<ul class="news_list">
{rows}
</ul>
<div class="page"><script type="text/javascript">
createPageHTML({len(list_paths())}, {number}, "index", "html");
</script></div>
</div>"""
    return _resource(page.render_site(head, body), SITE_CHANGED)


def _list_row(entry: PublishedReport | IgnoredEntry) -> str:
    title = entry.title
    shown = title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE] + "…"
    address = "./" + entry.page.removeprefix(COLUMN_PATH)
    link = f'<a href="{address}" title="{escape(title)}" target="_blank">{escape(shown)}</a>'
    return f"<li>{link}<span>{entry.published_on:%Y-%m-%d}</span></li>"


def _make_ignored(entry: IgnoredEntry) -> Resource:
    inner = f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{escape(entry.text)}</p>"
    return _resource(page.render_article(entry.title, page.SITE_NAME, entry.published_on, inner), entry.published_on)


def _make_article(report: PublishedReport) -> Resource:
    """Make the article of a report: the report itself, or a link to the attachment that holds it."""
    if report.media_type == PDF:
        inner = page.render_attachment(PurePosixPath(report.path).name, report.title)
    else:
        inner = page.render_parts(compose(report.figures, report.published_on))
    html = page.render_article(report.title, report.agency, report.published_on, inner, report.charset)
    if report.charset == "gb2312":
        return Resource(html.encode("gb18030"), "text/html", _modified(report.published_on))
    return _resource(html, report.published_on)


def _make_attachment(report: PublishedReport) -> Resource:
    parts = compose(report.figures, report.published_on)
    return Resource(render_pdf(report.agency, report.year, parts), PDF, _modified(report.published_on))
