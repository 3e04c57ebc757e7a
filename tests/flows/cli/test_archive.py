"""`nianbao archive …` over what a real session fetched."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from extractors.archive.archive import Archive, JournalEntry
from extractors.web.client import PoliteClient
from extractors.web.request import Request
from flows.cli.main import app
from flows.runs.result import Counts
from flows.settings import Settings
from flows.steps.fetch import Fetcher
from flows.workspace import open_workspace
from tests.support.processes.command import nianbao
from tests.support.servers.scripted import Answer, RecordedRequest, ScriptedServer
from warehouse.storage.store import open_store

REPORT = ("<html><body><h1>年度报告</h1>" + "<p>全年共公开政府信息。</p>" * 200 + "</body></html>").encode()


def _page(asked: RecordedRequest) -> Answer:
    headers = {"ETag": '"1"', "Content-Encoding": "gzip", "X-Name": "年报".encode().decode("latin-1")}
    if asked.headers.get("if-none-match") == '"1"':
        return Answer(status=304, headers={"ETag": '"1"'})
    return Answer(body=gzip.compress(REPORT), headers=headers)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Yield a data root after two rounds over a server, for two portals."""
    with ScriptedServer() as server, open_workspace(Settings(data_root=tmp_path / "data")) as workspace:
        server.scripts["/a"] = _page
        server.serve("/same", Answer(body=REPORT))
        server.serve("/moved", Answer(status=302, headers={"Location": "/b"}))
        server.serve("/b", Answer(body=b"one"), Answer(body=b"two"))
        for portal in ("x", "y"):
            with PoliteClient(server.politeness()) as session:
                fetcher = Fetcher(workspace, session, portal, Counts())
                for path in ("/a", "/same", "/moved", "/gone"):
                    fetcher.fetch(Request(server.url + path))
        workspace.ledger.fetches.flush()
        yield tmp_path / "data"


def _run(root: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["archive", *map(str, arguments)], env={"NIANBAO_DATA_ROOT": str(root)})


def _journal(root: Path) -> list[JournalEntry]:
    return list(Archive(open_store(root / "archive")).fetches(lambda place: pytest.fail(place)))


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
def test_export_tells_every_fetch_of_the_journal(root: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    done = _run(root, "export", "--warc", file)
    assert (done.exit_code, done.stderr) == (0, "export 0/8\nexport 8/8\n")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]
    journal, archive, bodies = _journal(root), Archive(open_store(root / "archive")), {}
    with file.open("rb") as stream:
        records = ArchiveIterator(stream, check_digests="raise")
        assert next(records).rec_type == "warcinfo"
        for fetch, record in zip(journal, records, strict=True):
            fields, body = record.rec_headers, record.content_stream().read()
            assert fields["WARC-Target-URI"] == fetch.final_url
            assert fields["WARC-Date"] == f"{fetch.fetched_at:%Y-%m-%dT%H:%M:%S.%fZ}"
            assert (fields["X-Nianbao-Request"] or fetch.final_url) == fetch.url
            assert fields["X-Nianbao-Portal"] == fetch.portal
            if fetch.outcome == "gone":
                assert (record.rec_type, b"http-status: 404" in body) == ("metadata", True)
                continue
            assert record.http_headers.get_statuscode() == str(fetch.status)
            assert {"etag", "x-name"} & fetch.headers.keys() <= dict(record.http_headers.headers).keys()
            if record.rec_type == "response":
                bodies[fields["WARC-Target-URI"], fields["WARC-Date"]] = body
            else:
                body = bodies[fields["WARC-Refers-To-Target-URI"], fields["WARC-Refers-To-Date"]]
            if fetch.sha256:
                assert body == archive.get(fetch.sha256)
                assert record.http_headers["content-length"] == str(len(body))
                assert record.http_headers["content-encoding"] is None
    assert sorted(bodies.values()) == sorted([REPORT, b"one", b"two"])
    with pytest.raises(SystemExit, match="0"):
        warcio(["check", str(file)])


def test_export_of_one_portal_since_a_day(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "y.warc"
    day = f"{_journal(root)[0].fetched_at:%Y-%m-%d}"
    assert _run(root, "export", "--warc", file, "--portal", "y", "--since", day, "--quiet").exit_code == 0
    with file.open("rb") as stream:
        found = [record.rec_headers["X-Nianbao-Portal"] for record in ArchiveIterator(stream)]
    assert found == [None, "y", "y", "y", "y"]


def test_nothing_to_export(root: Path, tmp_path: Path) -> None:
    for choice in (("--portal", "z"), ("--since", "2999-01-01")):
        done = nianbao("archive", "export", "--warc", "z.warc", *choice, folder=tmp_path, NIANBAO_DATA_ROOT=str(root))
        assert (done.code, len(done.error_lines)) == (1, 1)
        assert "has no matching fetches" in done.err
    assert not (tmp_path / "z.warc").exists()


def test_whole_archive_is_verified(root: Path) -> None:
    done = _run(root, "verify", "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "3 captures are intact\n", "")


def test_damaged_and_missing_captures_are_told(root: Path, tmp_path: Path) -> None:
    captures = sorted((root / "archive" / "sha256").rglob("?" * 64))
    captures[0].write_bytes(b"other")
    captures[1].unlink()
    done = _run(root, "verify", "--quiet")
    assert (done.exit_code, done.stdout) == (1, "")
    damaged, missing = done.stderr.splitlines()
    assert f"{captures[0]} is damaged" in damaged
    assert f"{captures[1]} is missing" in missing
    assert all("http://127.0.0.1" in line for line in (damaged, missing))

    done = _run(root, "export", "--warc", tmp_path / "x.warc", "--quiet")
    assert done.exit_code == 1
    assert all("left out" in line for line in done.stderr.splitlines())


def test_capture_that_only_the_ledger_names_is_missed(root: Path) -> None:
    for journal in (root / "archive" / "fetches").iterdir():
        journal.unlink()
    for capture in (root / "archive" / "sha256").rglob("?" * 64):
        capture.unlink()
    done = _run(root, "verify", "--quiet")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 2  # of /moved the ledger knows the last body alone


def test_line_that_was_cut_off_is_told_and_passed_over(root: Path, tmp_path: Path) -> None:
    journal = next((root / "archive" / "fetches").iterdir())
    journal.write_bytes(journal.read_bytes() + b'{"url": "http://')
    for arguments in (("verify",), ("export", "--warc", tmp_path / "x.warc")):
        done = _run(root, *arguments, "--quiet")
        assert done.exit_code == 0
        assert "line 9: skipped an incomplete line" in done.stderr


def test_archive_of_a_kind_that_is_not_known(tmp_path: Path) -> None:
    done = nianbao("archive", "verify", folder=tmp_path, NIANBAO_ARCHIVE_URL="moon://captures")
    assert (done.code, len(done.error_lines)) == (1, 1)
    assert "moon://captures cannot be opened" in done.err
