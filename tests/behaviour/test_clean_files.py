"""Reports without a trick, in every kind of file: every cell is right, and no finding calls anything an error."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from extractors.reader import read_documents
from tests.support.hostile.mutate import clean_file
from tests.support.reports.figures import figures_of
from transforms.report import Context, interpret


def _check(seeds: Iterable[int]) -> None:
    for seed in seeds:
        file = clean_file(seed)
        report = interpret(read_documents(file.body), Context())
        assert {key: (number,) for key, number in figures_of(report).items()} == {
            key: answer.values for key, answer in file.answers.items()
        }, f"seed {seed}"
        errors = [(found.check, found.actual) for found in report.findings if found.severity == "error"]
        assert errors == [], f"seed {seed}"


def test_a_clean_file_has_no_finding_of_an_error() -> None:
    _check(range(20))


@pytest.mark.long
def test_many_clean_files_have_no_finding_of_an_error() -> None:
    _check(range(1_000, 2_000))
