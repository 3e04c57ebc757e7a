"""The archive as one WARC 1.1 file (ISO 28500:2017), which every tool for web archives reads.

Owns how a fetch becomes a record.

- The first fetch of a body is a `response` with it, or a `resource` if no server was asked (a file on disk). Later
  fetches of the same bytes are `revisit`s of the first, also across URLs.
- A body that is not whole is a `response` with `WARC-Truncated`, and nothing is a revisit of the URL's body by it.
- HTTP 304 is a `revisit` too, of the body that the URL had before.
- Any other fetch without a body (gone, refused, unreachable …) is a `metadata` record: its body was not stored, and a
  `response` without one would state something that no server sent.

What the journal contains and WARC has no field for is in fields `X-Nianbao-…`. The server's address is not known.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from http import HTTPStatus
from typing import IO
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.archive.archive import Archive, JournalEntry
from extractors.media_type import media_type_of

_VERSION = "1.1"
_NOT_MODIFIED = f"http://netpreserve.org/warc/{_VERSION}/revisit/server-not-modified"
_SAME_BODY = f"http://netpreserve.org/warc/{_VERSION}/revisit/identical-payload-digest"
# Codings that the client decodes (urllib3, without its extras): a body in another one is archived as it came.
_DECODED = frozenset({"gzip", "x-gzip", "deflate", "identity"})
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_ORIGINAL = "x-archive-orig-"  # web archives' prefix for headers that no longer fit the stored body


@dataclass(frozen=True, slots=True)
class _Written:
    """A body in the file: URI and date of its first fetch, and its digest."""

    uri: str
    date: str
    digest: str


class _Headers(StatusAndHeaders):  # type: ignore[misc]
    """HTTP headers with exactly the bytes received; warcio would percent-encode all beyond ASCII."""

    def to_ascii_bytes(self, header_filter: object = None) -> bytes:  # noqa: ARG002
        """Encode the headers: each character is one byte, as Python's http.client decodes them."""
        return f"{self.to_str()}\r\n".encode("latin-1")


class Warc:
    """A WARC file in `out`, with each record compressed separately if `gzip` is true; `info` goes into the first."""

    def __init__(self, out: IO[bytes], archive: Archive, info: Mapping[str, str], *, gzip: bool) -> None:
        self._archive = archive
        self._writer = WARCWriter(out, gzip=gzip, warc_version=_VERSION)
        self._bodies: dict[str, _Written] = {}
        self._last: dict[str, _Written] = {}
        self._writer.write_record(
            self._writer.create_warcinfo_record(None, {"format": "WARC file version 1.1", **info})
        )

    def add(self, fetch: JournalEntry) -> None:
        """Write one fetch; raise DamagedCapture, and write nothing, if the archive has lost its body."""
        if fetch.sha256 is not None:
            body = self._add_body(fetch, fetch.sha256)
            if fetch.outcome == "ok":
                self._last[fetch.url] = body
        elif fetch.outcome == "not_modified":
            self._add_revisit(fetch, self._last.get(fetch.url), _NOT_MODIFIED, _http(fetch, fetch.headers))
        else:
            fields = [("outcome", fetch.outcome), ("http-status", str(fetch.status or "none"))]
            fields += [(f"http-header-{name}", value) for name, value in fetch.headers.items()]
            content = "".join(f"{name}: {_FOLD.sub(' ', value)}\r\n" for name, value in fields).encode()
            self._write(fetch, "metadata", content, "application/warc-fields")

    def _add_body(self, fetch: JournalEntry, sha256: str) -> _Written:
        body = self._archive.get(sha256)
        http = None if fetch.status is None else _http(fetch, _fitting_headers(fetch.headers, len(body)))
        before = self._bodies.get(sha256)
        if before is not None:
            self._add_revisit(fetch, before, _SAME_BODY, http)
            return before
        if http is None:
            self._write(fetch, "resource", body, fetch.headers.get("content-type") or media_type_of(body))
        else:
            truncated = {} if fetch.outcome == "ok" else {"WARC-Truncated": "disconnect"}
            self._write(fetch, "response", body, "application/http; msgtype=response", truncated, http)
        digest = "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")
        self._bodies[sha256] = _Written(_uri(fetch), _date(fetch), digest)
        return self._bodies[sha256]

    def _add_revisit(self, fetch: JournalEntry, before: _Written | None, profile: str, http: _Headers | None) -> None:
        """Write a revisit; `before` is None if the body is in an earlier export."""
        fields = {"WARC-Profile": profile}
        if before is not None:
            fields["WARC-Refers-To-Target-URI"] = before.uri
            fields["WARC-Refers-To-Date"] = before.date
            fields["WARC-Payload-Digest"] = before.digest
        self._write(fetch, "revisit", b"", "application/http; msgtype=response", fields, http)

    def _write(
        self,
        fetch: JournalEntry,
        kind: str,
        content: bytes,
        media_type: str,
        fields: Mapping[str, str] | None = None,
        http: _Headers | None = None,
    ) -> None:
        own = {"X-Nianbao-Portal": fetch.portal}
        if fetch.url != fetch.final_url:  # before a redirect, or with the digest of what was posted
            own["X-Nianbao-Request"] = _one_line(fetch.url)
        record = self._writer.create_warc_record(
            _uri(fetch),
            kind,
            payload=io.BytesIO(content),
            length=len(content),
            warc_content_type=media_type,
            warc_headers_dict={"WARC-Date": _date(fetch), **own, **(fields or {})},
            http_headers=http,
        )
        self._writer.write_record(record)


def _http(fetch: JournalEntry, headers: Mapping[str, str]) -> _Headers:
    """Return status line and headers; the version of HTTP was not stored, and no field depends on it."""
    status = fetch.status or 0
    try:
        line = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # codes that firewalls invent
        line = str(status)
    # Folded lines become one (RFC 9112 §5.2); other white space may be part of characters in UTF-8, and stays.
    unfolded = [(name, _FOLD.sub(" ", value)) for name, value in headers.items()]
    return _Headers(line, unfolded, protocol="HTTP/1.1")


def _fitting_headers(headers: Mapping[str, str], length: int) -> dict[str, str]:
    """Return headers that fit the stored, decompressed body; those that changed follow in their original form.

    >>> _fitting_headers({"content-encoding": "gzip", "etag": "1"}, 20)
    {'etag': '1', 'content-length': '20', 'x-archive-orig-content-encoding': 'gzip'}
    """
    codings = {coding.strip().lower() for coding in headers.get("content-encoding", "").split(",")}
    changed = {"transfer-encoding", "content-length"}
    if codings <= _DECODED:
        changed.add("content-encoding")
    kept = {name: value for name, value in headers.items() if name not in changed}
    originals = {_ORIGINAL + name: value for name, value in headers.items() if name in changed}
    if headers.get("content-length") == str(length):
        del originals[f"{_ORIGINAL}content-length"]
    return kept | {"content-length": str(length)} | originals


def _uri(fetch: JournalEntry) -> str:
    """Return the URL that responded."""
    return _one_line(fetch.final_url)


def _one_line(url: str) -> str:
    """Return a URL with white space and control characters encoded: they would end its field."""
    return "".join(quote(char) if char <= " " or char == "\x7f" else char for char in url)


def _date(fetch: JournalEntry) -> str:
    return fetch.fetched_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
