"""The archive written as WARC and read back by warcio: every fetch with its address, time, status, headers, body."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from extractors.archive.archive import Archive, DamagedCapture, JournalEntry
from extractors.archive.warc import Warc
from extractors.web.request import Request
from tests.support.examples import examples
from warehouse.storage.store import open_store

MOMENT = datetime(2026, 3, 31, 18, 30, 0, 120, tzinfo=UTC)
PAGE = JournalEntry("http://x.cn/a", "http://x.cn/a", MOMENT, 200, "ok", {"content-type": "text/html"}, None, "x")


@dataclass(frozen=True, slots=True)
class Record:
    """One record as warcio reads it."""

    kind: str
    fields: dict[str, str]
    status: str | None
    headers: dict[str, str]
    body: bytes


def exported(archive: Archive, *fetches: JournalEntry, gzip: bool = False) -> list[Record]:
    """Return the records of a file with these fetches, whose digests all match; the first one describes the file."""
    out = io.BytesIO()
    warc = Warc(out, archive, {"software": "nianbao/test"}, gzip=gzip)
    for fetch in fetches:
        warc.add(fetch)
    assert out.getvalue().startswith(b"\x1f\x8b" if gzip else b"WARC/1.1\r\n")
    found = read(out.getvalue())
    assert found[0].kind == "warcinfo"
    assert b"software: nianbao/test\r\n" in found[0].body
    return found[1:]


def read(warc: bytes) -> list[Record]:
    found = []
    for record in ArchiveIterator(io.BytesIO(warc), check_digests="raise"):
        http = record.http_headers
        headers = dict(http.headers) if http else {}
        body = record.content_stream().read()
        found.append(Record(record.rec_type, dict(record.rec_headers.headers), http and http.statusline, headers, body))
    return found


def put(archive: Archive, body: bytes, fetch: JournalEntry = PAGE, **changes: object) -> JournalEntry:
    return replace(fetch, sha256=archive.put(body)[0], **changes)  # type: ignore[arg-type]


TOKEN = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=8).map(lambda name: f"h{name}")
VALUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=20).map(
    lambda inner: f"a{inner}z"  # warcio strips what it takes for white space at the ends
)
FETCHES = st.lists(
    st.builds(
        lambda path, at, status, headers: replace(
            PAGE,
            url=f"http://x.cn/{path}",
            final_url=f"http://x.cn/{path}",
            fetched_at=MOMENT + timedelta(microseconds=at),
            status=status,
            headers=headers,
        ),
        st.text("年报abc", max_size=5),
        st.integers(0, 10**12),
        st.sampled_from([200, 203, 468]),
        st.dictionaries(TOKEN, VALUE, max_size=4),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=examples(20))
@given(FETCHES, st.lists(st.binary(max_size=40), min_size=8, max_size=8), st.booleans())
def test_every_fetch_comes_back(fetches: list[JournalEntry], bodies: list[bytes], gzip: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(open_store(Path(folder)))
        held = [put(archive, body, fetch) for fetch, body in zip(fetches, bodies, strict=False)]
        found = exported(archive, *held, gzip=gzip)
    first: dict[str, tuple[str, str]] = {}
    for fetch, body, record in zip(held, bodies, found, strict=False):
        date = f"{fetch.fetched_at:%Y-%m-%dT%H:%M:%S.%fZ}"
        assert (record.fields["WARC-Target-URI"], record.fields["WARC-Date"]) == (fetch.url, date)
        assert record.status
        assert record.status.split()[0] == str(fetch.status)
        assert record.headers == {name: _as_read(value) for name, value in fetch.headers.items()} | {
            "content-length": str(len(body))
        }
        if fetch.sha256 in first:
            told = record.fields["WARC-Refers-To-Target-URI"], record.fields["WARC-Refers-To-Date"]
            assert (record.kind, record.body, told) == ("revisit", b"", first[fetch.sha256])
        else:
            assert (record.kind, record.body) == ("response", body)
            first[str(fetch.sha256)] = fetch.url, date
    assert len(found) == len(held)


def _as_read(value: str) -> str:
    """warcio takes bytes for UTF-8 where they can be, else for Latin-1, as the whole line is."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value


def test_headers_fit_the_stored_body(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    headers = {"content-encoding": "gzip", "transfer-encoding": "chunked", "content-length": "7", "etag": '"1"'}
    record = exported(archive, put(archive, b"page of ten", headers=headers))[0]
    assert record.body == b"page of ten"
    assert record.headers == {
        "etag": '"1"',
        "content-length": "11",
        "x-archive-orig-content-encoding": "gzip",
        "x-archive-orig-transfer-encoding": "chunked",
        "x-archive-orig-content-length": "7",
    }


def test_body_in_a_coding_that_was_not_decoded_keeps_its_header(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    record = exported(archive, put(archive, b"\x0b\x02\x80page\x03", headers={"content-encoding": "br"}))[0]
    assert record.headers["content-encoding"] == "br"


def test_page_that_did_not_change(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    page = put(archive, b"page")
    unchanged = replace(page, status=304, outcome="not_modified", sha256=None, fetched_at=MOMENT + timedelta(days=1))
    _, record = exported(archive, page, unchanged)
    assert (record.kind, record.status) == ("revisit", "304 Not Modified")
    assert record.fields["WARC-Profile"].endswith("/server-not-modified")
    assert record.fields["WARC-Refers-To-Date"] == "2026-03-31T18:30:00.000120Z"
    alone = exported(archive, unchanged)[0]
    assert (alone.kind, "WARC-Refers-To-Date" in alone.fields) == ("revisit", False)


@pytest.mark.parametrize(("status", "outcome"), [(404, "gone"), (None, "unreachable")])
def test_fetch_without_body_states_its_outcome(tmp_path: Path, status: int | None, outcome: str) -> None:
    failed = replace(PAGE, status=status, outcome=outcome, headers={"server": "nginx"})  # type: ignore[arg-type]
    record = exported(Archive(open_store(tmp_path)), failed)[0]
    assert (record.kind, record.fields["WARC-Target-URI"]) == ("metadata", "http://x.cn/a")
    assert record.body.decode() == (
        f"outcome: {outcome}\r\nhttp-status: {status or 'none'}\r\nhttp-header-server: nginx\r\n"
    )


def test_file_from_disk_is_a_resource(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    url = "file:///reports/%E5%B9%B4%E6%8A%A5.pdf"
    file = put(archive, b"%PDF-1.4", url=url, final_url=url, status=None, headers={})
    first, again = exported(archive, file, file)
    assert (first.kind, first.body, first.status) == ("resource", b"%PDF-1.4", None)
    assert (first.fields["Content-Type"], first.fields["WARC-Target-URI"]) == ("application/pdf", url)
    assert (again.kind, again.fields["WARC-Refers-To-Target-URI"]) == ("revisit", url)


def test_posts_to_one_url_are_distinguished(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    asked = [Request("http://x.cn/s", form=(("page", str(page)),)) for page in (1, 2)]
    records = exported(archive, *(put(archive, one.key.encode(), url=one.key, final_url=one.url) for one in asked))
    assert {record.fields["WARC-Target-URI"] for record in records} == {"http://x.cn/s"}
    assert [record.fields["X-Nianbao-Request"] for record in records] == [one.key for one in asked]
    assert [record.body.decode() for record in records] == [one.key for one in asked]


def test_address_after_a_redirect(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    record = exported(archive, put(archive, b"page", final_url="http://x.cn/b"))[0]
    assert record.fields["WARC-Target-URI"] == "http://x.cn/b"
    assert record.fields["X-Nianbao-Request"] == "http://x.cn/a"


def test_lost_capture_leaves_no_record(tmp_path: Path) -> None:
    archive, out = Archive(open_store(tmp_path)), io.BytesIO()
    warc = Warc(out, archive, {}, gzip=False)
    with pytest.raises(DamagedCapture):
        warc.add(replace(PAGE, sha256="0" * 64))
    warc.add(put(archive, b"page"))
    assert [record.kind for record in read(out.getvalue())] == ["warcinfo", "response"]


def test_body_that_is_not_whole_is_marked_and_is_no_version_of_the_page(tmp_path: Path) -> None:
    archive = Archive(open_store(tmp_path))
    whole = put(archive, b"<html>whole</html>")
    part = put(archive, b"<html>who", outcome="unreachable")
    unchanged = replace(PAGE, status=304, outcome="not_modified")
    records = exported(archive, whole, part, unchanged)
    assert [record.kind for record in records] == ["response", "response", "revisit"]
    assert [record.fields.get("WARC-Truncated") for record in records] == [None, "disconnect", None]
    assert records[1].body == b"<html>who"
    assert records[2].fields["WARC-Payload-Digest"] == records[0].fields["WARC-Payload-Digest"]
