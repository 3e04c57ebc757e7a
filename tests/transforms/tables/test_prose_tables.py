"""Table 四 told in sentences: what they name is read, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from extractors.portals.sample.tables import Table
from extractors.reader import read_documents
from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.printed import as_drawn, print_report
from transforms.report import Context, Report, interpret


def _read(sentence: str) -> Report:
    """A report whose table 四 is replaced by a sentence."""
    printed = print_report(2023, 3, as_drawn)
    parts = [part for part in printed.parts if not (isinstance(part, Table) and part.name == "proceedings")]
    text = flatten_report(printed.title, parts, bare_tabs, Random(3))
    heading = next(line for line in text.split("\n") if line.startswith("四、政府"))
    return interpret(read_documents(text.replace(heading, f"{heading}\n{sentence}").encode()), Context())


def _figures(report: Report) -> dict[tuple[str, ...], Decimal | None]:
    reading = report.matched.readings.get("proceedings")
    return {key: figure.value.number for key, figure in reading.figures.items()} if reading else {}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "全年行政复议28件、未经复议直接起诉9件、复议后起诉3件。",
            {"reconsideration/total": 28, "litigation_direct/total": 9, "litigation_after_reconsideration/total": 3},
        ),
        (
            "被申请行政复议5件，其中结果维持3件，结果纠正2件。未经复议直接起诉1件，尚未审结1件。",
            {
                "reconsideration/total": 5,
                "reconsideration/upheld": 3,
                "reconsideration/corrected": 2,
                "litigation_direct/total": 1,
                "litigation_direct/pending": 1,
            },
        ),
        ("行政复议约30件。", {}),
        ("行政复议3件。今年行政复议共4件。", {}),
        ("本年度未发生行政复议和行政诉讼。", {}),
        ("召开会议3次，维持2件。", {}),
    ],
)
def test_figures_that_sentences_name(sentence: str, expected: dict[str, int]) -> None:
    report = _read(sentence)
    assert {"/".join(key): number for key, number in _figures(report).items()} == expected
    assert report.status == "partial"
    (found,) = [found for found in report.findings if found.table == "proceedings"]
    assert (found.check, found.severity) == ("table_in_prose_only" if expected else "table_missing", "warning")


def test_a_sum_that_the_sentences_break_is_found() -> None:
    report = _read("行政复议2件，其中结果维持3件。")
    assert {found.check for found in report.findings if found.severity == "error"} == {"proceedings_total"}
