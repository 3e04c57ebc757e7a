"""Old office files through LibreOffice: kinds told apart by their streams, and nothing left behind."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.document import Grid, Unreadable
from extractors.office import libreoffice
from extractors.reader import read_documents
from tests.support.reports.docx import render_docx
from tests.support.reports.office import convert_all, needs_office
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.reports.xlsx import render_xlsx
from tests.support.servers.scripted import ScriptedServer

RTF = rb"{\rtf1\ansi\ansicpg936 \u19968 ?\u12289 ?2\par\trowd\cellx900\cellx1800 a\intbl\cell 5\cell\row}"
SLEEPER = "#!/bin/sh\nsleep 600 &\necho $$ $! > {pids}\nwait\n"
FAILURE = "#!/bin/sh\necho 'no such filter'\nexit 77\n"
CONVERTER = """#!/bin/sh
for source in "$@"; do :; done
echo "$source" > {folder}/source
cp {folder}/made.docx "${{source%.*}}.docx"
cp {folder}/made.xlsx "${{source%.*}}.xlsx"
"""
SILENCE = "#!/bin/sh\necho 'Error: source file could not be loaded'\n"


def entry(name: str, kind: int = 2) -> bytes:
    """Return a directory entry of an OLE file."""
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHB61x", encoded, len(encoded), kind)


def ole(*names: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"".join(map(entry, ("Root Entry", *names)))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a program that stands for LibreOffice may be put; temporary folders of conversions lie beside it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    yield tmp_path / "bin" / libreoffice.PROGRAM
    assert list((tmp_path / "temporary").iterdir()) == []


def put(program: Path, script: str) -> None:
    program.write_text(script)
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("names", "media_type", "suffix"),
    [
        (("WordDocument", "1Table"), "application/msword", "doc"),
        (("Workbook",), "application/vnd.ms-excel", "xls"),
        (("Book",), "application/vnd.ms-excel", "xls"),
        (("WordDocument", "ObjectPool", "Workbook"), "application/msword", "doc"),
        (("Workbook", "MBD00012345", "WordDocument"), "application/vnd.ms-excel", "xls"),
        (("Contents",), "application/x-ole-storage", "wps"),
        (("MyWorkbook", "Bookmarks"), "application/x-ole-storage", "wps"),
    ],
)
def test_streams_tell_the_kind(
    names: tuple[str, ...], media_type: str, suffix: str, program: Path, tmp_path: Path
) -> None:
    put(program, CONVERTER.format(folder=tmp_path))
    printed = print_report(2020, 1, as_drawn)
    (tmp_path / "made.docx").write_bytes(render_docx(printed.title, printed.parts))
    (tmp_path / "made.xlsx").write_bytes(render_xlsx(printed.title, printed.parts))
    document = next(read_documents(ole(*names)))
    assert document.media_type == media_type
    assert document.method == ("sheet_grid" if suffix == "xls" else "document_grid")
    assert Path((tmp_path / "source").read_text().strip()).name == f"source.{suffix}"


@pytest.mark.parametrize(
    ("names", "reason"),
    [(("EncryptedPackage", "EncryptionInfo"), "password"), (("PowerPoint Document",), "presentation")],
)
def test_files_that_no_conversion_helps_are_refused(names: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        list(read_documents(ole(*names)))


def test_without_libreoffice_the_remedy_is_named(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    with pytest.raises(Unreadable, match=r"doc needs LibreOffice: install it .*and run again"):
        list(read_documents(ole("WordDocument")))


@pytest.mark.parametrize(
    ("script", "reason"),
    [(FAILURE, "exit code 77: no such filter"), (SILENCE, "cannot open the file .*could not be loaded")],
)
def test_a_failed_conversion_says_why(program: Path, script: str, reason: str) -> None:
    put(program, script)
    with pytest.raises(Unreadable, match=reason):
        list(read_documents(ole("WordDocument")))


def test_after_the_time_limit_no_process_is_left(program: Path, tmp_path: Path) -> None:
    put(program, SLEEPER.format(pids=tmp_path / "pids"))
    with pytest.raises(Unreadable, match="longer than 1 seconds"):
        libreoffice.convert(RTF, "rtf", "docx", time_limit=1)
    assert [number for number in map(int, (tmp_path / "pids").read_text().split()) if is_running(number)] == []


def is_running(number: int) -> bool:
    """Whether a process is there and not merely waiting to be counted as ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@needs_office
def test_a_real_conversion_that_is_cut_short_leaves_nothing() -> None:
    before = set(Path(tempfile.gettempdir()).glob("nianbao-office-*"))
    with pytest.raises(Unreadable, match="longer than"):
        libreoffice.convert(RTF, "rtf", "docx", time_limit=0.3)
    assert set(Path(tempfile.gettempdir()).glob("nianbao-office-*")) == before


@needs_office
def test_rtf_is_read_as_the_word_file_that_it_becomes() -> None:
    (document,) = read_documents(RTF)
    assert (document.media_type, document.method) == ("application/rtf", "document_grid")
    assert [block.text for block in document.blocks()] == ["一、2"]
    assert [[cell.text for cell in grid.cells] for grid in document.grids()] == [["a", "5"]]


@needs_office
def test_a_broken_file_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"LibreOffice|no text|damaged"):
        list(read_documents(ole("WordDocument") + bytes(range(256)) * 8))


@needs_office
def test_pictures_elsewhere_are_not_fetched() -> None:
    with ScriptedServer() as server:
        page = f'<html><body><p>text</p><img src="{server.url}/picture.png"></body></html>'
        made = convert_all({"page.html": page.encode()}, "doc")["page"]
        assert server.requests, "the page does not link its picture"
        server.requests.clear()
        (document,) = read_documents(made)
    assert server.requests == []
    assert not any(isinstance(part, Grid) for part in document.parts)
