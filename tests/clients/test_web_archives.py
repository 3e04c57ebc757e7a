"""`warcio` checks an exported archive, and pywb replays it: the same bytes and types as the portal sent."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from flows.runs.result import Counts
from flows.settings import Settings
from flows.steps.fetch import Fetcher
from flows.workspace import open_workspace
from tests.support.paths import REPOSITORY
from tests.support.processes.clients import client_command, run_client
from tests.support.processes.command import clean_environment, nianbao
from tests.support.servers.scripted import Answer, RecordedRequest, ScriptedServer

HTML = "text/html; charset=gb18030"
PAGE = '<html><head><title>年报</title></head><body><a href="/report.pdf">附件</a></body></html>'.encode("gb18030")
PDF = next((REPOSITORY / "extractors/portals/sample/pages").rglob("*.pdf")).read_bytes()
PATHS = {
    "/page.html": (PAGE, HTML),
    "/report.pdf": (PDF, "application/pdf"),
    "/list.jsp?id=7&page=2": ('{"total": 2, "标题": "年度报告"}'.encode(), "application/json"),
    "/copy.pdf": (PDF, "application/pdf"),
}
POSTED = [Request("/search", form=(("page", str(number)),)) for number in (1, 2)]


def _answer(asked: RecordedRequest) -> Answer:
    """Answer what is posted with it, everything else with its content, HTML compressed."""
    if asked.path == "/search":
        return Answer(body=asked.body, headers={"Content-Type": "text/plain"})
    body, media_type = PATHS[asked.target]
    if media_type == HTML:
        return Answer(body=gzip.compress(body), headers={"Content-Type": HTML, "Content-Encoding": "gzip"})
    return Answer(body=body, headers={"Content-Type": media_type})


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return the address of a portal that is gone, and the exported WARC of what was fetched there."""
    folder = tmp_path_factory.mktemp("archived")
    with ScriptedServer() as server, open_workspace(Settings(data_root=folder / "data")) as workspace:
        for path in ("/page.html", "/report.pdf", "/list.jsp", "/copy.pdf", "/search"):
            server.scripts[path] = _answer
        with PoliteClient(server.politeness()) as session:
            fetcher = Fetcher(workspace, session, "x", Counts())
            for path in [*PATHS, "/gone"]:
                fetcher.fetch(Request(server.url + path))
            for posted in POSTED:
                fetcher.fetch(Request(server.url + posted.url, form=posted.form))
                time.sleep(1.1)  # indexes of web archives count in seconds
    done = nianbao("archive", "export", "--warc", "x.warc.gz", folder=folder, NIANBAO_DATA_ROOT="data")
    assert done.code == 0, done.err
    return server.url, folder / "x.warc.gz"


def test_warcio_finds_every_digest_right_and_indexes_all_records(archived: tuple[str, Path]) -> None:
    portal, warc = archived
    checked = run_client("warcio", "check", "--verbose", warc.name, folder=warc.parent)
    assert (checked.code, "digest failed" in checked.out) == (0, False), checked.out
    fields = "warc-type,warc-target-uri,http:content-type"
    done = run_client("warcio", "index", "--fields", fields, warc.name, folder=warc.parent)
    records = [json.loads(line) for line in done.out.splitlines()]
    kinds = {one.get("warc-target-uri", "").removeprefix(portal): one["warc-type"] for one in records}
    assert done.code == 0
    assert kinds == {
        "": "warcinfo",
        "/page.html": "response",
        "/report.pdf": "response",
        "/list.jsp?id=7&page=2": "response",
        "/copy.pdf": "revisit",
        "/gone": "metadata",
        "/search": "response",
    }
    types = [one["http:content-type"] for one in records if one["warc-type"] == "response"]
    assert types[:2] == [HTML, "application/pdf"]


@pytest.fixture(scope="module")
def wayback(archived: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a collection of pywb that holds the export."""
    folder = tmp_path_factory.mktemp("pywb")
    for arguments in (("init", "reports"), ("add", "reports", archived[1])):
        done = run_client("wb-manager", *arguments, folder=folder)
        assert done.code == 0, done.err
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(client_command("wayback")), "--bind", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=clean_environment(), stdout=log, stderr=log)
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}/reports"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "pywb has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("pywb does not listen after a minute")


@pytest.mark.parametrize("path", PATHS)
def test_pywb_replays_the_same_bytes_with_their_type(archived: tuple[str, Path], wayback: str, path: str) -> None:
    replayed = requests.get(f"{wayback}/id_/{archived[0]}{path}", timeout=60)
    assert (replayed.status_code, replayed.headers["Content-Type"]) == (200, PATHS[path][1])
    assert replayed.content == PATHS[path][0]


def test_pywb_shows_a_page_whose_links_lead_into_the_archive(archived: tuple[str, Path], wayback: str) -> None:
    portal, _ = archived
    shown = requests.get(f"{wayback}/mp_/{portal}/page.html", timeout=60)
    assert "<title>年报</title>" in shown.content.decode("gb18030")
    link = shown.text.partition('<a href="')[2].partition('"')[0]
    assert link.endswith(f"mp_/{portal}/report.pdf")
    server = wayback.removesuffix("/reports")
    assert requests.get(server + link.removeprefix(server), timeout=60).content == PDF


def test_pywb_replays_answers_to_what_was_posted_by_their_time(archived: tuple[str, Path], wayback: str) -> None:
    """What was posted is archived as a digest alone, so they lie at one address."""
    portal, _ = archived
    index = requests.get(f"{wayback}/cdx", params={"url": f"{portal}/search", "output": "json"}, timeout=60)
    moments = [json.loads(line)["timestamp"] for line in index.text.splitlines()]
    bodies = [requests.get(f"{wayback}/{moment}id_/{portal}/search", timeout=60).text for moment in moments]
    assert bodies == ["page=1", "page=2"]


def test_pywb_does_not_have_what_was_gone(archived: tuple[str, Path], wayback: str) -> None:
    assert requests.get(f"{wayback}/id_/{archived[0]}/gone", timeout=60).status_code == 404
