"""Every case of `tests/cases` is read as the product reads; one of them: `pytest tests/test_cases.py -k 0020`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.case_differences import report_differences
from tests.support.cases import Case, CaseError, differences, load_cases
from tests.support.paths import REPOSITORY

FOLDERS = sorted(path for path in (REPOSITORY / "tests" / "cases").iterdir() if path.is_dir())


def _cases() -> list[Case]:
    """Return the cases of all whole folders; those that are not whole fail a test of their own."""
    cases = []
    for folder in FOLDERS:
        try:
            cases += load_cases(folder)
        except CaseError:
            continue
    return cases


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert differences(case) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_is_whole(folder: Path) -> None:
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+", folder.name)
    assert load_cases(folder)


def test_numbers_are_given_once() -> None:
    numbers = [folder.name[:4] for folder in FOLDERS]
    assert len(set(numbers)) == len(numbers) >= 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a whole case: a page and its lines."""
    (tmp_path / "page.html").write_text("<p>甲</p>", "utf-8")
    (tmp_path / "why.txt").write_text("Text is read.\n", "utf-8")
    (tmp_path / "expected.json").write_text('{"page.html": {"parts": ["甲"]}}', "utf-8")
    return tmp_path


def test_a_right_answer_has_no_difference(folder: Path) -> None:
    (case,) = load_cases(folder)
    assert differences(case) == []


@pytest.mark.parametrize("missing", ["expected.json", "why.txt", "page.html"])
def test_a_folder_that_lacks_a_file_fails_and_nothing_is_written(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    before = sorted(folder.iterdir())
    with pytest.raises(CaseError):
        load_cases(folder)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"page.html": {}}', '{"other.html": {"parts": ["甲"]}}'])
def test_an_expectation_of_nothing_fails(folder: Path, text: str) -> None:
    (folder / "expected.json").write_text(text, "utf-8")
    with pytest.raises(CaseError):
        load_cases(folder)


@pytest.mark.parametrize(
    "answer",
    [
        {"parts": ["乙"]},
        {"parts": ["甲", "乙"]},
        {"parts": []},
        {"parts": [[["甲"]]]},
        {"parts": ["甲"], "metadata": {"title": "甲"}},
        {"parts": ["甲"], "lines": ["甲"]},
        {"unreadable": "empty"},
        {"report": {"year": 2020}},
        {"url": "http://x.gov.cn/", "dialect": "generic_list", "entries": [{"title": "甲"}]},
        {"url": "http://x.gov.cn/", "dialect": "generic_list", "next_pages": {"2": []}},
    ],
)
def test_a_wrong_answer_is_a_difference(folder: Path, answer: dict[str, object]) -> None:
    assert differences(Case(folder / "page.html", answer)) != []


def test_a_figure_or_an_error_that_is_not_listed_is_a_difference() -> None:
    total = {"outcome": "total", "applicant": "total", "value": 3}
    failed = {"check": "requests_total", "severity": "error"}
    rest: dict[str, object] = {table: [] for table in ("disclosures", "proceedings", "indicators", "statements")}
    report = {**rest, "report": {}, "requests": [total], "findings": [failed]}
    listed = {"only": ["requests"], "requests": [total]}
    assert report_differences([report], {**listed, "errors": ["requests_total"]}) == []
    assert len(report_differences([report], {"only": ["requests"], "errors": []})) == 2
    assert len(report_differences([{**report, "requests": [total, total]}], listed)) == 1
