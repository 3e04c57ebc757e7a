"""Files on disk: which of them are read, and the pictures that a saved page shows from beside it.

Owns what lies where. Must not read documents, nor look outside the folder of a page for what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extractors.html.pictures import page_pictures
from extractors.media_type import media_type_of
from flows.runs.result import RunResult

_NEVER_REPORTS = frozenset({"application/json"})
"""Kinds of files that lie beside reports in a folder and are passed over there."""


def files_to_read(paths: Iterable[Path], outcome: RunResult) -> list[Path]:
    """The files named, and those below named folders but pictures that a page there shows.

    What is not there is a failure; what a folder holds beside reports is counted as ignored.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]
            reports = _without_shown([file for file in below if media_type_of(file.read_bytes()) not in _NEVER_REPORTS])
            outcome.counts.ignored += len(below) - len(reports)
            if not reports:
                outcome.fail(str(path), "the folder holds no file that could be a report")
            files += reports
        elif path.is_file():
            files.append(path)
        else:
            outcome.fail(str(path), "there is no such file or folder")
    return files


def _without_shown(files: list[Path]) -> list[Path]:
    """The files without the pictures that pages among them show."""
    shown = {picture for file in files for picture in pictures_beside(file, file.read_bytes()).values()}
    return [file for file in files if file.resolve() not in shown]


def pictures_beside(page: Path, body: bytes) -> dict[str, Path]:
    """Address → file of each picture that a page shows from below its own folder; none for other documents.

    Addresses are those of `page_pictures` for the page's file: URL; files are resolved, so that no link leads out.
    """
    if media_type_of(body) != "text/html":
        return {}
    folder = page.resolve().parent
    addresses = [url for url in page_pictures(body, page.resolve().as_uri()) if url.startswith("file:///")]
    paths = {url: Path(unquote(urlsplit(url).path)) for url in addresses if "%00" not in url and "\0" not in url}
    resolved = {url: path.resolve() for url, path in paths.items()}
    return {url: path for url, path in resolved.items() if path.is_relative_to(folder) and path.is_file()}
