"""One entry of a portal's list, or one file on disk: its page, and the files and pictures that belong to it.

Owns when the parts of a page are fetched, and which are read together with it. Must not know portals, nor publish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractors.html.attachments import MOST_PARTS, attachments
from extractors.html.pictures import page_pictures
from extractors.media_type import media_type_of
from extractors.web.response import PASSING
from flows.documents.page_parts import PageFile
from flows.documents.parse import ParseResult
from flows.ledger.records import EDITION_STATES
from flows.steps.fetch import Capture
from flows.steps.publish import Edition
from flows.steps.verdicts import PageReading, PendingParse, ReadCapture

Fetch = Callable[[str], Capture | str | None]
"""The capture of a part by its URL, why there is none in one line, or None for what is no part of the page."""


@dataclass(frozen=True, slots=True)
class Page:
    """The document of an entry and its reading, which goes on in a worker; `fetch` gets its parts."""

    job: PageReading
    capture: Capture
    reading: PendingParse
    fetch: Fetch


class _PutOff(Exception):
    """A part could not be had for now: the page is left for the next run, as if it had not been seen."""


def begin_page(job: PageReading, capture: Capture, fetch: Fetch) -> list[Page]:
    """The document, handed to a reader; none where neither it nor a part of it changed since it was read."""
    if job.settled(capture) and not _parts_changed(job, capture, fetch):
        return []
    return [Page(job, capture, job.begin(capture), fetch)]


def conclude_page(page: Page) -> list[Edition]:
    """The editions told by a page, by its attachments, or by both together where the page is no whole report."""
    job, capture = page.job, page.capture
    alone = page.reading()
    if not _is_page(capture) or (isinstance(alone, list) and all(told.status == "complete" for told in alone)):
        return job.conclude([(capture, alone)])
    try:
        return _conclude_parts(page, alone)
    except _PutOff:
        return []


def _conclude_parts(page: Page, alone: ParseResult) -> list[Edition]:
    """The editions of a page that by itself is no whole report. Raises _PutOff."""
    job, capture = page.job, page.capture
    titles = {link.url: link.title for link in attachments(capture.body, capture.url)}
    files = _fetch_all(page, list(titles))
    if isinstance(alone, str) and any(_has_told(job, file) for file in files):
        job.note_no_report(capture, alone)
        return job.conclude(_read(job, [file for file in files if not job.settled(file)]))
    documents = _read(job, files)
    if not _lacks_parts(alone, documents):
        return _conclude_apart(job, capture, alone, documents)
    parts = [(file, _part(file, titles[file.url])) for file, found in documents if isinstance(found, str)]
    parts += [(picture, _part(picture)) for picture in _fetch_all(page, _picture_urls(capture))]
    if not parts and not page_pictures(capture.body, capture.url):
        return _conclude_apart(job, capture, alone, documents)
    joined = job.begin(capture, [part for _, part in parts])()
    if isinstance(joined, str):
        return _conclude_apart(job, capture, joined if isinstance(alone, str) else alone, documents)
    for part, _ in parts:
        job.note_no_report(part, f"a part of {capture.url}")
    return job.conclude([(capture, joined), *((file, found) for file, found in documents if isinstance(found, list))])


def _conclude_apart(
    job: PageReading, capture: Capture, alone: ParseResult, documents: Sequence[ReadCapture]
) -> list[Edition]:
    """The editions of a page and its attachments, each read by itself."""
    if isinstance(alone, str) and documents:
        job.note_no_report(capture, alone)
        return job.conclude(documents)
    return job.conclude([(capture, alone), *documents])


def _lacks_parts(alone: ParseResult, documents: Sequence[ReadCapture]) -> bool:
    """Whether the page's text, or a table of it, is in no document by itself."""
    told = {report.identity for _, found in documents if isinstance(found, list) for report in found}
    if isinstance(alone, str):
        return not told
    return any(report.lacks_table and report.identity not in told for report in alone)


def _read(job: PageReading, files: Sequence[Capture]) -> list[ReadCapture]:
    """Each file with what it tells by itself; several are read at once."""
    begun = [(file, job.begin(file)) for file in files]
    return [(file, reading()) for file, reading in begun]


def _has_told(job: PageReading, file: Capture) -> bool:
    """Whether these bytes gave a report in an earlier run, in place of their page."""
    return any(verdict.state in EDITION_STATES for verdict in job.settled(file))


def _parts_changed(job: PageReading, capture: Capture, fetch: Fetch) -> bool:
    """Whether a part that was read with the page, or in place of it, is another now, or has no verdict yet.

    A page that gave its place to its attachments was noted before these were published: a crash may lie between.
    """
    if not _is_page(capture):
        return False
    files = [link.url for link in attachments(capture.body, capture.url)]
    gave_way = all(verdict.state == "no_report" for verdict in job.settled(capture))
    known = [url for url in (*files, *_picture_urls(capture)) if job.workspace.ledger.verdicts_on(url)]
    fetched = [fetch(url) for url in dict.fromkeys([*known, *(files if gave_way else ())])]
    return any(isinstance(part, Capture) and not job.settled(part) for part in fetched)


def _fetch_all(page: Page, urls: Sequence[str]) -> list[Capture]:
    """The captures of parts; one that is gone for good is a failure, one that may come back puts the page off."""
    job = page.job
    if len(urls) > MOST_PARTS:
        job.outcome.fail(page.capture.url, f"{len(urls)} files or pictures on one page; at most {MOST_PARTS} are read")
        return []
    captures: list[Capture] = []
    for url in urls:
        part = page.fetch(url)
        if isinstance(part, Capture):
            captures.append(part)
        elif part is not None:
            job.outcome.fail(url, part)
            known = job.workspace.ledger.address(url)
            if known and known.outcome in PASSING:
                job.put_off(url, part)
                raise _PutOff
    return captures


def _picture_urls(capture: Capture) -> list[str]:
    """Addresses of the pictures that are not inside the page itself."""
    return [url for url in page_pictures(capture.body, capture.url) if not url.startswith("data:")]


def _part(capture: Capture, title: str | None = None) -> PageFile:
    """A part of a page; a picture has no title, an attachment may have an empty one."""
    return PageFile(capture.url, capture.body, capture.content_type, title or "", picture=title is None)


def _is_page(capture: Capture) -> bool:
    return media_type_of(capture.body) == "text/html"
