"""Fetching: pages a second without delay against a bare loop of requests, and wall time against what a rate allows."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import requests

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from flows.runs.result import Counts
from flows.settings import Settings
from flows.steps.fetch import Fetcher
from flows.workspace import Workspace, open_workspace
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import compare
from tests.benchmarks.support.page_server import serve_pages

_PAGES, _SIZE = 400, 20_000
_POLITE_PAGES, _DELAY = 40, 0.25
_ROW = "<tr><td>其他 {}</td><td>0</td></tr>"

Fetch = Callable[[list[str]], None]
"""Fetches some URLs, one after the other."""


def page(path: str) -> bytes | None:
    """Return a page of `_SIZE` bytes that no other path has; there is no robots.txt."""
    if path == "/robots.txt":
        return None
    row = _ROW.format(path).encode()
    return f"<html><body><h1>政府信息公开工作年度报告 {path}</h1><table>".encode() + row * (_SIZE // len(row))


def run() -> Measured:
    """Print how long the same number of pages takes with one thread and with four, and with a delay."""
    with tempfile.TemporaryDirectory() as root, serve_pages(page) as url:
        settings = Settings(data_root=Path(root), allow_private_hosts=frozenset({urlsplit(url).netloc}))
        with (
            open_workspace(settings) as workspace,
            PoliteClient(settings.politeness(0.0), rate_limiter=workspace.ledger.rate_limiter) as session,
        ):
            rounds, measured = itertools.count(), {}
            for threads in (1, 4):
                bare = _in_threads(threads, url, rounds, _bare)
                polite = _in_threads(threads, url, rounds, _client(session))
                compare(f"client, {_PAGES} pages, {threads} threads", polite, bare, "requests")
                ours = _in_threads(threads, url, rounds, _fetcher(workspace, session))
                ratio = compare(f"crawl, {_PAGES} pages, {threads} threads", ours, bare, "requests")
                measured["crawl" if threads == 1 else "crawl_threads"] = 1 / ratio
            _polite(settings, workspace, url)
    return measured


def _polite(settings: Settings, workspace: Workspace, url: str) -> None:
    """Print the wall time of eight workers at one host, whose first turn is robots.txt, against delay × pages."""
    with PoliteClient(settings.politeness(_DELAY), rate_limiter=workspace.ledger.rate_limiter) as session:
        fetch = _client(session)
        began = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: fetch([f"{url}/polite/{number}"]), range(_POLITE_PAGES)))
        took = time.perf_counter() - began
    share = took / (_POLITE_PAGES * _DELAY)
    print(f"{f'{_POLITE_PAGES} pages, {_DELAY} s apart':34}{took:10.2f} s    {share:6.3f} × what the rate allows")  # noqa: T201


def _in_threads(threads: int, url: str, rounds: itertools.count[int], fetch: Fetch) -> Callable[[], None]:
    """Return a function that fetches new pages each time it is called."""

    def call() -> None:
        this = next(rounds)
        urls = [f"{url}/{this}/{number}" for number in range(_PAGES)]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fetch, [urls[at::threads] for at in range(threads)]))

    return call


def _bare(urls: list[str]) -> None:
    with requests.Session() as session:
        for url in urls:
            assert session.get(url, timeout=30).content


def _client(session: PoliteClient) -> Fetch:
    def fetch(urls: list[str]) -> None:
        assert all(session.get(Request(url)).outcome == "ok" for url in urls)

    return fetch


def _fetcher(workspace: Workspace, session: PoliteClient) -> Fetch:
    def fetch(urls: list[str]) -> None:
        fetcher = Fetcher(workspace, session, "x", Counts())
        fetcher.look_up(urls)  # as a crawl does with the pages that a list names
        assert all(fetcher.fetch(Request(url)).outcome == "ok" for url in urls)
        workspace.ledger.fetches.flush()

    return fetch
