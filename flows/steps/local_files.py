"""Files on disk: which of them are read, and the pictures that a saved page shows from its own folder.

Owns what lies where. Nothing outside the folder of a page is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extractors.html.page_parts import read_parts
from extractors.media_type import HTML, media_type_of
from flows.runs.result import RunResult

_NEVER_REPORTS = frozenset({"application/json"})
"""Kinds of files that lie next to reports in a folder and are ignored there."""


def files_to_read(paths: Iterable[Path], outcome: RunResult) -> list[Path]:
    """Return the files named, and those below named folders except pictures that a page there shows.

    A path that does not exist is a failure; files in a folder that are no reports are counted as ignored.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]
            reports = _possible_reports(below)
            outcome.counts.ignored += len(below) - len(reports)
            if not reports:
                outcome.fail(str(path), "the folder holds no file that could be a report")
            files += reports
        elif path.is_file():
            files.append(path)
        else:
            outcome.fail(str(path), "there is no such file or folder")
    return files


def _possible_reports(files: Iterable[Path]) -> list[Path]:
    """Return the files that may be reports: not those of other kinds, nor pictures that pages among them show."""
    kinds = {file: media_type_of(file.read_bytes()) for file in files}
    shown: set[Path] = set()
    if any(kind.startswith("image/") for kind in kinds.values()):
        shown = {picture for file, kind in kinds.items() if kind == HTML for picture in _pictures_of(file)}
    return [file for file, kind in kinds.items() if kind not in _NEVER_REPORTS and file.resolve() not in shown]


def _pictures_of(page: Path) -> list[Path]:
    parts = read_parts(page.read_bytes(), None, page.resolve().as_uri())
    return [picture for url in parts.pictures if (picture := picture_on_disk(page, url))]


def picture_on_disk(page: Path, url: str) -> Path | None:
    """Return the file of a picture that a page on disk shows; None if it is not below the page's own folder.

    `url` is the picture's, relative to the page's file: URL. Files are resolved, so that no link leads out.
    """
    if not url.startswith("file:///") or "%00" in url or "\0" in url:
        return None
    picture = Path(unquote(urlsplit(url).path)).resolve()
    return picture if picture.is_relative_to(page.resolve().parent) and picture.is_file() else None
