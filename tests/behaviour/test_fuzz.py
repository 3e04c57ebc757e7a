"""Damaged and hostile files through the readers' worker processes.

Every damaged file tells the same report as the sound one, so that a figure that is read otherwise is an error. It is
accepted only
- where the report has a finding for its table, or the file is refused with a reason;
- in a web page or a text, where the sequence of words that hold digits was changed: whoever reads the file sees other
  numbers, too (a bit turned over in a digit is a printed change, and no reader can know);
- in a PDF, where the picture of the page shows other ink at the figure's place, for the same reason.
Word, Excel, OFD, zip and PNG files have checksums: there nothing is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from random import Random

import pypdfium2
import pytest
from bs4 import BeautifulSoup

from extractors.encoding import decode
from extractors.media_type import media_type_of
from flows.documents.parse import ParseResult, Task
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers
from tests.support.reports import damage, docx, ofd, xlsx
from tests.support.reports.figures import figures_of_rows
from tests.support.reports.flatten import flatten_report, padded_tabs
from tests.support.reports.office import convert_all, needs_office
from tests.support.reports.random_reports import COUNTY, as_drawn, print_report
from tests.support.reports.scan import Scanner, pictures_of_tables
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.pdf import render_pdf
from transforms.forms.layout import code_columns
from transforms.report import Context
from transforms.rows import ReportSource, Row

AGENCY = f"{COUNTY}人民政府"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = ReportSource("http://127.0.0.1/", "0" * 64, "text/html", MOMENT, MOMENT, MOMENT, "test")
LIMITS = ReadLimits(seconds=120, megabytes=3000, workers=2)
DAMAGED = {"html": 20, "text": 12, "pdf": 15, "docx": 10, "xlsx": 8, "ofd": 8, "zip": 5, "png": 2}
MANY_DAMAGED = {
    "html": 500,
    "text": 350,
    "pdf": 450,
    "docx": 250,
    "xlsx": 200,
    "ofd": 200,
    "zip": 150,
    "png": 70,
    "doc": 30,
}
OFD = ofd.Way("drawing", parameters=True, number_in_template=True, watermark=True)
DEFECTS = ("the reader failed", "the reader crashed", "reading took more", "reading needs more")
SCALE = 2.0


@cache
def sound_files() -> dict[str, bytes]:
    """One report in every kind of file."""
    printed = print_report(2023, 7, as_drawn)
    page = render_article(printed.title, AGENCY, date(2024, 1, 20), render_parts(printed.parts))
    word = docx.render_docx(printed.title, printed.parts)
    return {
        "html": page.encode(),
        "text": flatten_report(printed.title, printed.parts, padded_tabs, Random(7)).encode(),
        "pdf": render_pdf(AGENCY, 2023, printed.parts),
        "docx": word,
        "xlsx": xlsx.render_xlsx(printed.title, printed.parts),
        "ofd": ofd.draw_ofd(ofd.lay_out_as(printed.title, printed.parts, OFD, 7), OFD),
        "zip": damage.packed({"2023年度报告.docx": word}),
        "png": pictures_of_tables(AGENCY, 2023, printed.parts, Scanner(100, 0, 0.4, 2, 95), seed=7)[0],
    }


@cache
def sound_file(kind: str) -> bytes:
    if kind == "doc":
        return convert_all({"report.docx": sound_files()["docx"]}, "doc")["report"]
    return sound_files()[kind]


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(LIMITS) as pool:
        yield pool


def begin(readers: Readers, body: bytes, content_type: str | None = None) -> Callable[[], ParseResult]:
    source = replace(SOURCE, media_type=media_type_of(body))
    return readers.submit(Task(body, content_type, Context(agency=AGENCY), source))


def check_answer(said: ParseResult) -> None:
    """Refused with a reason in one line, or read; a defect of a reader or the end of a worker is neither."""
    if not said.reports:
        assert said.reason.strip()
        assert "\n" not in said.reason
        assert not said.reason.startswith(DEFECTS)


# What may differ


def silently_different(rows: dict[str, list[Row]], sound: dict[str, list[Row]]) -> list[tuple[str, ...]]:
    """Figures that a damaged file gives otherwise, or not at all, without a finding for their table."""
    found, expected = figures_of_rows(rows), figures_of_rows(sound)
    flagged = {row["table"] for row in rows["findings"] if row["severity"] != "info"}
    keys = [key for key in {**expected, **found} if found.get(key) != expected.get(key)]
    return [key for key in keys if key[0] not in flagged]


def words_with_digits(kind: str, body: bytes) -> list[str]:
    text = decode(body)
    shown = BeautifulSoup(text, "lxml").get_text(" ") if kind == "html" else text
    return [word for word in re.split(r"\s+", shown) if re.search(r"\d", word)]


def prints_the_same(kind: str, body: bytes, row: Row) -> bool:
    """Whether a damaged file still shows the figure of a row as the sound one does."""
    if kind in ("html", "text"):
        return words_with_digits(kind, body) == words_with_digits(kind, sound_file(kind))
    if kind != "pdf":
        return True
    try:
        return ink_at(body, row) == ink_at(sound_file("pdf"), row)
    except pypdfium2.PdfiumError:
        return False


def ink_at(body: bytes, row: Row) -> bytes:
    """Return the pixels at a figure's place in a PDF."""
    page, box = row["page"], row["bbox"]
    assert isinstance(page, int)
    assert isinstance(box, list)
    with closing(pypdfium2.PdfDocument(body)) as document, closing(document[page - 1]) as shown:
        picture = shown.render(scale=SCALE, grayscale=True).to_pil()
        left, top, right, bottom = (round(side * SCALE) for side in box)
        return bytes(picture.crop((left, top, right, bottom)).tobytes())


def check_damaged(kind: str, body: bytes, said: ParseResult, sound: dict[str, list[Row]]) -> None:
    check_answer(said)
    for told in said.reports:
        places = {
            (table, *(str(row[code]) for code in codes)): row
            for rows in (sound, told.rows)
            for table, codes in code_columns().items()
            for row in rows.get(table, ())
        }
        for key in silently_different(told.rows, sound):
            assert not prints_the_same(kind, body, places[key]), key


def fuzz(readers: Readers, kind: str, seeds: range) -> None:
    """Check that many damaged files of one kind; prints how many were read."""
    (told,) = begin(readers, sound_file(kind))().reports
    assert figures_of_rows(told.rows)
    bodies = [damage.mutate(sound_file(kind), sound_files(), Random(f"{kind} {seed}")) for seed in seeds]
    began = [begin(readers, body) for body in bodies]
    read = 0
    for seed, body, begun in zip(seeds, bodies, began, strict=True):
        said = begun()
        read += bool(said.reports)
        try:
            check_damaged(kind, body, said, told.rows)
        except AssertionError as error:
            raise AssertionError(f"{kind} {seed}") from error
    print(f"{len(bodies)} damaged {kind} files: {read} read, {len(bodies) - read} refused")  # noqa: T201


# Files


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_files_are_refused_or_read_right_or_have_findings(readers: Readers, kind: str) -> None:
    fuzz(readers, kind, range(DAMAGED[kind]))


@pytest.mark.long
@pytest.mark.parametrize("kind", [*DAMAGED, pytest.param("doc", marks=needs_office)])
def test_many_damaged_files(readers: Readers, kind: str) -> None:
    fuzz(readers, kind, range(1000, 1000 + MANY_DAMAGED[kind]))


@pytest.mark.parametrize("rows", [50, pytest.param(1_000, marks=pytest.mark.long)])
def test_hostile_files_are_refused_or_read_in_time(readers: Readers, rows: int) -> None:
    files = dict(damage.hostile_files(rows))
    for name, begun in {name: begin(readers, body) for name, body in files.items()}.items():
        try:
            check_answer(begun())
        except AssertionError as error:
            raise AssertionError(name) from error
    assert begin(readers, sound_file("text"))().reports


def test_random_bytes_behind_every_magic_number(readers: Readers) -> None:
    random = Random(1)
    bodies = [magic + random.randbytes(4000) for magic in damage.MAGIC_NUMBERS.values()]
    for answer in [begin(readers, body) for body in bodies]:
        said = answer()
        check_answer(said)
        assert not said.reports


@pytest.mark.parametrize("kind", ["html", "text", "pdf", "docx", "xlsx", "ofd", "zip"])
def test_what_a_server_says_of_the_kind_of_a_file_changes_nothing(readers: Readers, kind: str) -> None:
    types = (None, "application/pdf", "image/png", "text/plain", "application/zip", "nonsense", "; charset=")
    answers = [answer() for answer in [begin(readers, sound_file(kind), named) for named in types]]
    first = answers[0].reports
    assert first
    for said in answers:
        assert [told.rows for told in said.reports] == [told.rows for told in first]
