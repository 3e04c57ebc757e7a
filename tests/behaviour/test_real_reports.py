"""Real reports against their gold tables, cell by cell. They are not part of the repository."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extractors.document import SECOND_READER
from extractors.reader import read_documents
from tests.support.paths import SHARED
from tests.support.reports.figures import Figures, figures_of
from transforms.forms.layout import code_columns
from transforms.report import Context, Report, interpret
from transforms.tables.document_view import DocumentView
from transforms.tables.match import match

REAL = SHARED / "real"
GOLD = sorted((REAL / "gold").glob("*.json"))
WITHOUT_GOLD = sorted(
    path for path in REAL.glob("*.*") if path.suffix != ".json" and path.stem not in {gold.stem for gold in GOLD}
)
LEAST_SHARE = 0.9

pytestmark = pytest.mark.skipif(not GOLD, reason="the real reports are not here (../shared/real)")


def _source(gold: Path) -> Path:
    named = json.loads(gold.read_text("utf-8")).get("source") or gold.stem
    (path,) = [path for path in REAL.glob(f"{named}*") if path.is_file()]
    return path


@cache
def _report(path: Path) -> Report:
    return interpret(read_documents(path.read_bytes()), Context())


def _expected(gold: dict[str, Any]) -> Figures:
    return {
        (table, *(row[code] for code in codes)): row["value"]
        for table, codes in code_columns().items()
        for row in gold.get(table, ())
    }


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.stem)
def test_every_cell_of_a_real_report_is_read_as_printed(gold: Path) -> None:
    report = _report(_source(gold))
    wanted = json.loads(gold.read_text("utf-8"))
    unsure = {(table, *key) for table, keys in wanted.get("ignore", {}).items() for key in keys}
    expected = {key: None if value is None else str(value) for key, value in _expected(wanted).items()}
    read = {key: value for key, value in figures_of(report).items() if key not in unsure}
    different = {key: (expected.get(key), value) for key, value in read.items() if not _same(expected.get(key), value)}
    assert different == {}
    assert set(expected) <= set(read)


def _same(expected: object, read: object) -> bool:
    if expected is None or read is None:
        return expected is read
    return float(str(expected)) == float(str(read))


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.stem)
def test_agency_year_and_edition_of_a_real_report(gold: Path) -> None:
    report = _report(_source(gold))
    wanted = json.loads(gold.read_text("utf-8"))
    agencies = wanted["agency"] if isinstance(wanted["agency"], list) else [wanted["agency"]]
    assert report.agency in agencies
    assert report.year == wanted["year"]
    assert report.matched.layout is not None
    assert report.matched.layout.edition == wanted["layout"]


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.stem)
def test_a_table_with_a_printed_error_has_a_finding_and_no_other_has(gold: Path) -> None:
    report = _report(_source(gold))
    notes = " ".join(str(note) for note in json.loads(gold.read_text("utf-8"))["printed_errors"])
    for table in code_columns():
        found = [finding for finding in report.findings if finding.table == table and finding.severity == "error"]
        assert not found or table in notes


@pytest.mark.parametrize("path", WITHOUT_GOLD, ids=lambda path: path.stem)
def test_a_real_report_without_gold_tables_prints_none(path: Path) -> None:
    report = _report(path)
    assert report.status == "tables_missing"
    assert figures_of(report) == {}
    assert {finding.check for finding in report.findings} == {"table_missing"}


@pytest.mark.parametrize("gold", [gold for gold in GOLD if _source(gold).suffix != ".txt"], ids=lambda path: path.stem)
def test_every_reading_of_a_real_file_agrees_with_the_others_or_has_a_finding(gold: Path) -> None:
    """A PDF can be read as flow and as ruled tables: neither may be wrong in silence."""
    expected = {k: None if v is None else str(v) for k, v in _expected(json.loads(gold.read_text("utf-8"))).items()}
    for document in read_documents(_source(gold).read_bytes()):
        if document.method == SECOND_READER:  # it is asked where others leave something open
            continue
        for table, reading in match([DocumentView(document)], _report(_source(gold)).year).readings.items():
            wrong = [
                key
                for key, figure in reading.figures.items()
                if figure.value.number is not None and not _same(expected.get((table, *key)), figure.value.number)
            ]
            assert not wrong or reading.problems or reading.violations


def test_figures_told_in_prose_are_found() -> None:
    gold = json.loads((REAL / "gold_statements.json").read_text("utf-8"))
    wanted = found = 0
    for name, figures in gold.items():
        (path,) = [path for path in REAL.glob(f"{name}.*") if path.is_file()]
        told = [
            (float(statement.value), statement.unit)
            for chapter in _report(path).chapters
            for statement in chapter.statements
        ]
        for figure in figures:
            pair = (float(figure["value"]), figure.get("unit") or "")
            if figure["kind"] == "metric":
                wanted += 1
                found += pair in told
            if pair in told:
                told.remove(pair)
    assert found >= LEAST_SHARE * wanted


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.stem)
def test_each_printed_error_has_a_finding_and_nothing_else_has(gold: Path) -> None:
    """The gold files list the errors that were found by eye; one may break two rules."""
    found = [one for one in _report(_source(gold)).findings if one.severity != "info"]
    errors = json.loads(gold.read_text("utf-8"))["printed_errors"]
    assert len(found) >= len(errors)
    assert not found or errors
