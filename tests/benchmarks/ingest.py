"""Whole commands over many files: `ingest` of PDFs against plain pdfplumber, `ingest` and `crawl` with two readers.

Owns the files: the reports of a county's bureaus for ten years.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import quote, unquote, urlsplit

from extractors.portals.portal import Portal, write_portal
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import Cost, process
from tests.benchmarks.support.page_server import serve_pages
from tests.support.reports.small_files import write_report

_COUNTY, _CODE = "甲子县", "CN-990101"
_BUREAUS = ("教育", "民政", "财政", "水利", "统计", "审计", "卫生健康", "司法", "公安", "交通运输", "农业农村", "商务")
_YEARS = range(2014, 2024)
_ROUNDS = 3
_SHARE = 3
"""pdfplumber takes a minute for all files: one in so many is read, of all years alike, and the time multiplied."""
_PLUMB = """
import sys, pdfplumber
for path in sys.argv[1:]:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_tables()
"""


def run() -> Measured:
    """Print how quickly files on disk are ingested, and what a second reader adds to that and to a crawl."""
    with tempfile.TemporaryDirectory() as root:
        pdfs, pages = (_write(Path(root) / kind, kind) for kind in ("pdf", "html"))
        measured = {"ingest_pdf": _against_pdfplumber(pdfs)}
        measured["two_ingest"] = _two_to_one("ingest of pages and PDFs", partial(_ingest, pdfs, pages))
        with serve_pages(partial(_served, pages)) as url:
            measured["two_crawl"] = _two_to_one("crawl of pages", partial(_crawl, url))
    return measured


def _write(folder: Path, kind: str) -> Path:
    folder.mkdir()
    for seed, (bureau, year) in enumerate((bureau, year) for bureau in _BUREAUS for year in _YEARS):
        write_report(folder, kind, f"{_COUNTY}{bureau}局", year, seed)
    return folder


def _against_pdfplumber(pdfs: Path) -> float:
    """Print and return how many times as quick two readers are, whole processes: the median of the rounds."""
    files = sorted(map(str, pdfs.iterdir()))
    plumb = [sys.executable, "-c", _PLUMB, *files[::_SHARE]]
    pairs = [(process(plumb, {}).wall * _SHARE, _ingest(pdfs, workers=2).wall) for _ in range(_ROUNDS)]
    ratio = median(theirs / ours for theirs, ours in pairs)
    ours = median(wall for _, wall in pairs)
    print(f"{f'ingest of {len(files)} PDFs':34}{ours:10.1f} s    {ratio:6.2f} × as quick as pdfplumber's tables")  # noqa: T201
    return ratio


def _two_to_one(name: str, command: Callable[..., Cost]) -> float:
    """Print and return how many times as quick a command is with two readers, and the share of its own CPU time.

    The readers are the server's children: their time is none of the command's.
    """
    pairs = [(command(workers=1), command(workers=2)) for _ in range(_ROUNDS)]
    ratio = median(one.wall / two.wall for one, two in pairs)
    wall, own = median(one.wall for one, _ in pairs), median(two.cpu for _, two in pairs)
    print(f"{name:34}{wall:10.1f} s    {ratio:6.2f} × with 2 readers (the command itself: {own:.1f} s of CPU)")  # noqa: T201
    return ratio


@contextmanager
def _data_root(workers: int) -> Iterator[dict[str, str]]:
    """Yield the settings of a new data root."""
    with tempfile.TemporaryDirectory() as root:
        yield {"NIANBAO_DATA_ROOT": root, "NIANBAO_READ_WORKERS": str(workers)}


def _ingest(*folders: Path, workers: int) -> Cost:
    with _data_root(workers) as settings:
        command = ("ingest", *map(str, folders), "--jurisdiction", _CODE, "--quiet")
        return process([sys.executable, "-m", "flows", *command], settings)


def _crawl(url: str, workers: int) -> Cost:
    portal = Portal(
        id="bench",
        name=f"{_COUNTY}人民政府",
        jurisdiction=_CODE,
        homepage=f"{url}/",
        list_pages=(f"{url}/nb/",),
        dialect="generic_list",
        divisions={_COUNTY: _CODE},
        delay=0.0,
    )
    with _data_root(workers) as settings:
        write_portal(portal, Path(settings["NIANBAO_DATA_ROOT"]) / "portals")
        allowed = {"NIANBAO_ALLOW_PRIVATE_HOSTS": urlsplit(url).netloc}
        return process([sys.executable, "-m", "flows", "crawl", "bench", "--quiet"], settings | allowed)


def _served(pages: Path, path: str) -> bytes | None:
    """Return the list of all reports, or one of them."""
    if path == "/nb/":
        rows = (
            f'<li><a href="{quote(file.name)}">{file.stem}年政府信息公开工作年度报告</a><span>2024-03-01</span></li>'
            for file in sorted(pages.iterdir())
        )
        return f"<!DOCTYPE html><html><body><h1>政府信息公开年报</h1><ul>{''.join(rows)}</ul></body></html>".encode()
    file = pages / unquote(path.removeprefix("/nb/"))
    return file.read_bytes() if path.startswith("/nb/") and file.is_file() else None
