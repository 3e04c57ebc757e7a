"""What a report means is data: an edition, an alias, a check, a metric and a correction are each a few lines of YAML.

Each test copies the packages, adds its lines, and reads a text in a new process: no Python is touched.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.support.paths import REPOSITORY
from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.random_reports import as_drawn, print_report

PROGRAM = """
import json, sys
from extractors.reader import read_documents
from transforms.report import Context, interpret
report = interpret(read_documents(sys.stdin.buffer.read()), Context(jurisdiction="CN-990101"))
print(json.dumps({
    "layout": report.matched.layout and report.matched.layout.edition,
    "status": report.status,
    "figures": {
        "/".join((table, *key)): [figure.raw, str(figure.value.number)]
        for table, reading in report.matched.readings.items()
        for key, figure in reading.figures.items()
    },
    "metrics": [statement.metric for chapter in report.chapters for statement in chapter.statements],
    "findings": [
        [finding.check, finding.severity, finding.message]
        for finding in report.findings
        if finding.check != "jurisdiction_from_context"
    ],
}))
"""


class Copy:
    """A copy of the packages whose data may be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for package in ("extractors", "transforms", "warehouse"):
            shutil.copytree(REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(REPOSITORY / "nianbao.py", folder)

    def add_line(self, file: str, after: str, line: str) -> None:
        """Add one line below another, with its indentation."""
        path = self.folder / "transforms" / file
        lines = path.read_text("utf-8").split("\n")
        at = next(number for number, text in enumerate(lines) if text.strip() == after)
        indent = len(lines[at]) - len(lines[at].lstrip())
        path.write_text("\n".join([*lines[: at + 1], " " * indent + line, *lines[at + 1 :]]), "utf-8")

    def read(self, text: str) -> dict[str, object]:
        """Return what the copy reads in a text."""
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], input=text.encode(), capture_output=True, cwd=self.folder, check=True
        )
        return dict(json.loads(done.stdout))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def _text(year: int = 2022, change: Callable[[str], str] = str) -> str:
    printed = print_report(year, 6, as_drawn)
    return change(flatten_report(printed.title, printed.parts, bare_tabs, Random(6)))


def test_an_edition_is_one_file(copy: Copy) -> None:
    name = "9号"
    newest = (copy.folder / "transforms" / "forms" / "2021.yml").read_text("utf-8")
    edition = newest.replace("edition: 30号", f"edition: {name}").replace("本年制发件数", "当年新增文件总量")
    years = next(line for line in newest.split("\n") if line.startswith("years:"))
    edition = edition.replace(years, "years: [2027, 2099]")
    text = _text(2022, lambda text: text.replace("本年制发件数", "当年新增文件总量").replace("2022", "2027"))
    before = copy.read(text)
    (copy.folder / "transforms" / "forms" / f"{name}.yml").write_text(edition, "utf-8")
    after = copy.read(text)
    assert before["status"] == "partial"
    assert (after["layout"], after["status"], after["findings"]) == (name, "complete", [])


def test_an_alias_is_one_word(copy: Copy) -> None:
    text = _text(2022, lambda text: text.replace("本机关不掌握相关政府信息", "我单位未制作也未保存"))
    before = copy.read(text)
    path = copy.folder / "transforms" / "forms" / "2021.yml"
    label = "1.本机关不掌握相关政府信息"
    path.write_text(path.read_text("utf-8").replace(f"[{label}]", f"[{label}, 1.我单位未制作也未保存]"), "utf-8")
    after = copy.read(text)
    assert "label_by_order" in str(before["findings"])
    assert after["status"] == "complete"
    assert after["figures"] == copy.read(_text())["figures"]


def test_a_check_is_one_line(copy: Copy) -> None:
    copy.add_line(
        "checks/checks.yml",
        "checks:",
        "  repealed_over_stock: {severity: warning, message: '{line}: {actual} over {expected}', relation: {table: "
        "disclosures, each: [item], left: [{codes: {measure: in_force}}], must: not_exceed, right: [{codes: {measure: "
        "repealed}}]}}",
    )
    found = copy.read(_text())["findings"]
    assert isinstance(found, list)
    assert {name for name, _, _ in found} == {"repealed_over_stock"}


def test_a_metric_is_one_line(copy: Copy) -> None:
    text = _text(2022, lambda text: text.replace("一、总体情况", "一、总体情况\n全年植树300棵，种花20株。"))
    copy.add_line("prose/statements.yml", "metrics:", "  - {code: trees_planted, units: [棵], pattern: '植树'}")
    path = copy.folder / "transforms" / "prose" / "statements.yml"
    path.write_text(path.read_text("utf-8").replace("units: [万元,", "units: [棵, 万元,", 1), "utf-8")
    metrics = copy.read(text)["metrics"]
    assert isinstance(metrics, list)
    assert metrics.count("trees_planted") == 1


def test_a_correction_is_one_line(copy: Copy) -> None:
    text = _text()
    figures = copy.read(text)["figures"]
    assert isinstance(figures, dict)
    raw, number = figures["disclosures/20(5)/licence/decisions"]
    path = copy.folder / "transforms" / "checks" / "corrections.yml"
    line = (
        "{jurisdiction: CN-990101, body: 甲子县人民政府, year: 2022, table: disclosures, cell: ['20(5)', licence, "
        f"decisions], printed: '{raw}', value: {int(number) + 1}, reason: a letter of the body, date: 2026-01-20}}"
    )
    path.write_text(path.read_text("utf-8").replace("corrections: []", f"corrections:\n  - {line}"), "utf-8")
    corrected = copy.read(text)
    assert isinstance(corrected["figures"], dict)
    assert corrected["figures"]["disclosures/20(5)/licence/decisions"] == [raw, str(int(number) + 1)]
    assert "a letter of the body (2026-01-20)" in str(corrected["findings"])
