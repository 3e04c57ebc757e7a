"""An entry goes to the end of a file, which keeps all that people wrote; its texts are read back, or refused."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.decisions.decisions import CORRECTIONS, REVIEWS, add_correction, add_review, read_decisions
from flows.decisions.texts import Unfit
from nianbao import DeclarationError
from tests.support.paths import REPOSITORY
from transforms.checks.corrections import Correction
from transforms.checks.reviews import NoReport, PrintedSo

DAY = date(2026, 11, 30)
CAPTURE = "0" * 64


def correction(year: int = 2022, reason: str = "the scan is clear", by: str = "王五") -> Correction:
    return Correction(
        jurisdiction="CN-990101",
        body="人民政府",
        year=year,
        table="requests",
        cell=("granted", "total"),
        read="71",
        prints="17",
        reason=reason,
        by=by,
        date=DAY,
        capture=CAPTURE,
    )


def printed_so(message: str = "总计 prints 22 in row granted") -> PrintedSo:
    return PrintedSo(
        decision="printed_so",
        jurisdiction="CN-990101",
        body="人民政府",
        year=2022,
        check="row_total",
        table="requests",
        cells=("granted/total", "granted/other"),
        message=message,
        reason="seen in the scan",
        by="王五",
        date=DAY,
        capture=CAPTURE,
    )


def no_report(url: str = "https://www.example.gov.cn/a.html?b=1&c=#d") -> NoReport:
    return NoReport(
        decision="no_report", portal="jiazi", url=url, reason="a notice", by="王五", date=DAY, capture=CAPTURE
    )


def test_an_entry_reads_well(tmp_path: Path) -> None:
    add_correction(tmp_path, correction())
    assert (tmp_path / "corrections.yml").read_text("utf-8") == (
        "corrections:\n  - jurisdiction: CN-990101\n    body: 人民政府\n    year: 2022\n    table: requests\n"
        "    cell: [granted, total]\n    read: '71'\n    prints: '17'\n    reason: the scan is clear\n    by: 王五\n"
        f"    date: 2026-11-30\n    capture: '{CAPTURE}'\n"
    )
    add_review(tmp_path, no_report())
    assert (
        (tmp_path / "reviews.yml")
        .read_text("utf-8")
        .startswith(
            "reviews:\n  - decision: no_report\n    portal: jiazi\n    url: https://www.example.gov.cn/a.html?b=1&c=#d\n"
        )
    )


BARE = {"jurisdiction": "CN-1", "body": "局", "year": "2020", "table": "requests", "cell": "[a]", "printed": "'1'"}
BARE |= {"value": "2.5", "reason": "r", "date": "2026-01-01"}
FLOW = ", ".join(f"{name}: {text}" for name, text in BARE.items())
BLOCK = "\r\n        ".join(f"{name}: {text}" for name, text in BARE.items())


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# mine\n",
        "corrections: []\n",
        "# mine\ncorrections:   [ ]   # none yet\n",
        "corrections:",
        "corrections:\n# the last one was deleted\n",
        f"corrections:\n- {{{FLOW}}} # why\n# end",
        f"corrections:\r\n      - {BLOCK}\r\n",
    ],
)
def test_what_stands_in_a_file_stays(tmp_path: Path, before: str) -> None:
    path = tmp_path / "corrections.yml"
    path.write_bytes(before.encode())
    known = CORRECTIONS.read(tmp_path)
    for year in (2022, 2023):
        add_correction(tmp_path, correction(year))
    after = path.read_bytes().decode()
    assert CORRECTIONS.read(tmp_path) == (*known, correction(2022), correction(2023))
    assert after.startswith(before.replace(" []", "").replace("   [ ]", ""))


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=60))
def test_whatever_text_a_person_gives_is_read_back_or_refused(
    tmp_path_factory: pytest.TempPathFactory, reason: str, by: str, message: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    one, said = correction(reason=reason, by=by), printed_so(message)
    try:
        add_correction(root, one)
    except Unfit:
        assert not (root / "corrections.yml").exists()
    else:
        assert CORRECTIONS.read(root) == (one,)
    try:
        message.encode()
    except UnicodeEncodeError:
        return
    add_review(root, said)
    assert REVIEWS.read(root) == (said,)


SIGNS = 'a: b, - a, # a, \'a, "a", a # b, ---, ..., !!python/object:os.system, &a, *a, %TAG, <b>x</b>, no, 1e3, null, ~'


@pytest.mark.parametrize(
    "text", [*SIGNS.split(", "), "2026-01-01", "{a: b}", "[a]", "|", ">", "a\\nb", "=1+1", "@a", "`a`"]
)
def test_signs_that_mean_something_in_yaml_are_text(tmp_path: Path, text: str) -> None:
    add_correction(tmp_path, correction(reason=text, by=text))
    assert CORRECTIONS.read(tmp_path) == (correction(reason=text, by=text),)


@pytest.mark.parametrize("text", ["", " a", "a\nb", "a\0", "\x1b[31m", "\u202egnp.exe", "a" * 100_000, "\ud800"])
def test_what_is_no_line_of_readable_text_is_refused_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    for one in (correction(reason=text), correction(by=text)):
        with pytest.raises(Unfit, match=r"^(reason|name): "):
            add_correction(tmp_path, one)
    assert not (tmp_path / "corrections.yml").exists()


ENTRY = f"  - {{{FLOW}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"corrections:\n{ENTRY}, bdy: x}}\n", "corrections.0.bdy: unknown key (line 2)"),
        (f"corrections:\n{ENTRY}, year: 1}}\n", "year: given twice (line 2)"),
        (f"corrections:\n{ENTRY}}}\n\n{ENTRY}}}\n", "decided twice, on line 2 and on line 4"),
        (f"corrections:\n{ENTRY}, prints: x}}\n", "give printed and value"),
        ("corrections:\n  - [\n", "not YAML in UTF-8"),
        ("corrections: none\n", "corrections: Input should be a valid tuple (line 1)"),
        ("others: []\n", "corrections: Field required"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text(text, "utf-8")
    for fails in (lambda: read_decisions(tmp_path), lambda: add_correction(tmp_path, correction())):
        with pytest.raises(DeclarationError) as error:
            fails()
        assert str(error.value).startswith(f"{path}: ")
        assert fault in str(error.value)
    assert path.read_text("utf-8") == text
    path.write_bytes(b"corrections: \xff")
    with pytest.raises(DeclarationError, match="not YAML in UTF-8"):
        read_decisions(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "corrections: null\n",
        "corrections: ~\n",
        f"corrections: [{{{FLOW}}}]\n",
        f"corrections:\n{ENTRY}}}\n...\n",
        "{corrections: []}\n",
        '"corrections": []\n',
    ],
)
def test_a_sound_file_that_cannot_be_added_to_is_no_faulty_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text(text, "utf-8")
    read_decisions(tmp_path)
    with pytest.raises(DeclarationError) as error:
        add_correction(tmp_path, correction())
    assert str(error.value).startswith(f"{path}: nothing can be added at the end of this file: ")
    assert not re.search(r"line \d|not YAML|twice", str(error.value))
    assert path.read_text("utf-8") == text


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text(f"corrections:\n{ENTRY}}}\n", "utf-8-sig")
    (known,) = CORRECTIONS.read(tmp_path)
    add_correction(tmp_path, correction())
    assert CORRECTIONS.read(tmp_path) == (known, correction())


def test_each_thing_is_decided_once(tmp_path: Path) -> None:
    adding: tuple[Callable[[], None], ...] = (
        lambda: add_correction(tmp_path, correction()),
        lambda: add_review(tmp_path, printed_so()),
        lambda: add_review(tmp_path, no_report()),
    )
    for add in adding:
        add()
        with pytest.raises(DeclarationError, match="decided already"):
            add()
    add_review(tmp_path, printed_so("another message"))
    assert len(REVIEWS.read(tmp_path)) == 3


def test_a_value_is_kept_to_its_last_digit(tmp_path: Path) -> None:
    for year, value in enumerate(("7", "-0.5", "12345678901234567890.123456789", "0.10"), 2019):
        one = correction(year).model_copy(
            update={"read": None, "prints": None, "printed": "x", "value": Decimal(value)}
        )
        add_correction(tmp_path, one)
    assert [str(one.value) for one in CORRECTIONS.read(tmp_path)] == [
        "7",
        "-0.5",
        "12345678901234567890.123456789",
        "0.10",
    ]


WRITER = """
import sys
from pathlib import Path
from flows.decisions.decisions import add_correction
from tests.flows.decisions.test_yaml_file import correction
for at in range(int(sys.argv[2]), int(sys.argv[3])):
    add_correction(Path(sys.argv[1]), correction(at))
"""


def write(root: Path, first: int, last: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(first), str(last)], cwd=REPOSITORY)


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [write(tmp_path, first, first + 25) for first in (1000, 2000)]
    assert [writer.wait() for writer in writers] == [0, 0]
    years = [one.year for one in CORRECTIONS.read(tmp_path)]
    assert sorted(years) == [*range(1000, 1025), *range(2000, 2025)]
    assert [year for year in years if year < 2000] == [*range(1000, 1025)]


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    path, seen = tmp_path / "corrections.yml", 0
    for start in (0, 100_000, 200_000):
        writer = write(tmp_path, start, start + 100_000)
        while not path.exists() or len(CORRECTIONS.read(tmp_path)) == seen:
            assert writer.poll() is None
            time.sleep(0.02)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        years = [one.year for one in CORRECTIONS.read(tmp_path)]
        assert len(years) > seen
        own = [year for year in years if year >= start]
        assert own == [*range(start, start + len(own))]
        seen = len(years)
