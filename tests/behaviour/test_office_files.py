"""Figures in, figures out: reports as Word and Excel files of every kind, and real ones turned into them."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from extractors.reader import read_documents
from tests.support.paths import SHARED
from tests.support.reports import docx, xlsx
from tests.support.reports.figures import Figures, figures_of
from tests.support.reports.office import convert_all, needs_office
from tests.support.reports.random_reports import (
    Printed,
    Printer,
    as_drawn,
    decorated,
    print_report,
    sparse,
    zeros_blank,
)
from transforms.forms.layout import code_columns
from transforms.report import Context, Report, interpret

YEARS = (2018, 2020, 2023)
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("", "/", "—"), zeros_blank)
REPORTS = 2  # of each year and style, each printed in another way
LONG_REPORTS = 350
BATCH = 25  # that LibreOffice makes at once
REAL = SHARED / "real"
REAL_FILES = sorted(path for path in REAL.glob("*.*") if path.suffix in (".html", ".txt"))


def _read(body: bytes) -> Report:
    return interpret(read_documents(body), Context())


def _seeds(style: int, year: int) -> range:
    """Return seeds by which each style and year meets other printers, and each style all of them."""
    first = REPORTS * (style + YEARS.index(year))
    return range(first, first + REPORTS)


def _check(printed: Printed, report: Report) -> None:
    assert figures_of(report) == printed.expected
    assert (report.status, report.facts.title, report.agency) == ("complete", printed.title, "甲子县人民政府")
    assert "数据统计期限" in report.chapters[0].text
    assert any("按月提醒各单位更新栏目" in chapter.text for chapter in report.chapters)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("style", docx.STYLES)
def test_word_files_are_read_as_printed(style: docx.Style, year: int) -> None:
    for seed in _seeds(docx.STYLES.index(style), year):
        printed = print_report(year, seed, PRINTERS[seed % len(PRINTERS)])
        _check(printed, _read(docx.render_docx(printed.title, printed.parts, style)))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("style", xlsx.STYLES)
def test_excel_files_are_read_as_printed(style: xlsx.Style, year: int) -> None:
    for seed in _seeds(xlsx.STYLES.index(style), year):
        printed = print_report(year, seed, PRINTERS[seed % len(PRINTERS)])
        _check(printed, _read(xlsx.render_xlsx(printed.title, printed.parts, style)))


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_many_files_are_read_as_printed(kind: str, year: int) -> None:
    for seed in range(1000, 1000 + LONG_REPORTS):
        printed = print_report(year, seed, PRINTERS[seed % len(PRINTERS)])
        if kind == "docx":
            body = docx.render_docx(printed.title, printed.parts, docx.STYLES[seed // 4 % 4])
        else:
            body = xlsx.render_xlsx(printed.title, printed.parts, xlsx.STYLES[seed // 4 % 3])
        _check(printed, _read(body))


@needs_office
@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("ending", ["doc", "xls"])
@pytest.mark.parametrize("start", range(1000, 1000 + LONG_REPORTS, BATCH))
def test_many_old_office_files_are_read_as_printed(ending: str, year: int, start: int) -> None:
    printed = {
        str(seed): print_report(year, seed, PRINTERS[seed % len(PRINTERS)]) for seed in range(start, start + BATCH)
    }
    files = {}
    for seed, one in printed.items():
        made = docx.render_docx(one.title, one.parts) if ending == "doc" else xlsx.render_xlsx(one.title, one.parts)
        files[f"{seed}.{ending}x"] = made
    for seed, body in convert_all(files, ending).items():
        _check(printed[seed], _read(body))


@cache
def _printed(year: int, number: int) -> Printed:
    return print_report(year, 40 + number, PRINTERS[1:3][number])


@cache
def _converted(ending: str) -> dict[str, bytes]:
    """Six reports as old office files, by year and number."""
    files = {}
    for year in YEARS:
        for number in range(2):
            printed = _printed(year, number)
            if ending == "xls":
                body = xlsx.render_xlsx(printed.title, printed.parts, xlsx.STYLES[(year + number) % 3])
                files[f"{year}_{number}.xlsx"] = body
            else:
                body = docx.render_docx(printed.title, printed.parts, docx.STYLES[(year + number) % 4])
                files[f"{year}_{number}.docx"] = body
    return convert_all(files, ending)


MEDIA_TYPES = {"doc": "application/msword", "xls": "application/vnd.ms-excel"}
OLD_EACH_RUN = {("doc", 2018, 0), ("doc", 2023, 0), ("xls", 2020, 0)}
OLD = [
    pytest.param(*one, marks=() if one in OLD_EACH_RUN else pytest.mark.long)
    for one in product(MEDIA_TYPES, YEARS, range(2))
]


@needs_office
@pytest.mark.parametrize(("ending", "year", "number"), OLD)
def test_old_office_files_are_read_as_printed(ending: str, year: int, number: int) -> None:
    report = _read(_converted(ending)[f"{year}_{number}"])
    _check(_printed(year, number), report)
    assert report.matched.document.media_type == MEDIA_TYPES[ending]


@needs_office
def test_rtf_is_read_as_printed() -> None:
    printed = _printed(2023, 0)
    made = convert_all({"report.docx": docx.render_docx(printed.title, printed.parts)}, "rtf")
    _check(printed, _read(made["report"]))


@cache
def _real_as_word() -> dict[str, bytes]:
    return convert_all({path.name: path.read_bytes() for path in REAL_FILES}, "docx")


@cache
def _real_as_old_word() -> dict[str, bytes]:
    return convert_all({f"{stem}.docx": body for stem, body in _real_as_word().items()}, "doc")


def _gold(stem: str) -> Figures | None:
    """Return the figures of a real report by its gold tables, those left out that nobody can tell."""
    path = REAL / "gold" / f"{stem}.json"
    if not path.exists():
        return None
    gold = json.loads(path.read_text("utf-8"))
    unsure = {(table, *key) for table, keys in gold.get("ignore", {}).items() for key in keys}
    cells = {
        (table, *(row[code] for code in names)): row["value"]
        for table, names in code_columns().items()
        for row in gold.get(table, ())
    }
    return {key: value for key, value in cells.items() if key not in unsure}


@needs_office
@pytest.mark.skipif(not REAL_FILES, reason="the real reports are not here (../shared/real)")
@pytest.mark.parametrize(
    ("path", "ending"),
    [
        pytest.param(
            path, ending, marks=pytest.mark.long if ending == "doc" and number > 1 else (), id=f"{path.stem}.{ending}"
        )
        for ending in ("docx", "doc")
        for number, path in enumerate(REAL_FILES)
    ],
)
def test_real_reports_as_word_files_are_read_as_printed(path: Path, ending: str) -> None:
    body = (_real_as_word() if ending == "docx" else _real_as_old_word())[path.stem]
    report, gold = _read(body), _gold(path.stem)
    read = figures_of(report)
    assert read == figures_of(_read(path.read_bytes()))
    if gold is not None:
        numbers = {key: None if read[key] is None else float(str(read[key])) for key in gold}
        assert numbers == {key: None if value is None else float(str(value)) for key, value in gold.items()}
