from __future__ import annotations

import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.cli.main import main
from flows.data_root import prepare_data_root
from flows.ledger.ledger import Ledger
from flows.settings import Settings
from tests.support.fixtures import Crawled
from tests.support.processes.command import Done, nianbao
from tests.support.sample_portal.catalogue import find_report, ignored_entries
from tests.support.sample_portal.server import SamplePortal
from tests.support.sample_portal.site import Site
from tests.support.servers.s3 import S3
from warehouse.schema import load_tables

REPORT = find_report("甲子县", 2024)
FIGURES = ("disclosures", "requests", "proceedings", "indicators", "statements")
Command = Callable[..., Done]
QUESTION = "SELECT year, count(*) AS reports, min(agency) AS agency FROM reports GROUP BY year ORDER BY year"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    resource = Site().get(REPORT.path)
    assert resource is not None
    path = tmp_path / "report.html"
    path.write_bytes(resource.body)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to run commands in."""
    return tmp_path


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return the command inside this process, which saves the start of another: for errors, of which there are many."""

    def command(*arguments: str, **environment: str) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["nianbao", *arguments])
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as exited:
            main()
        said = capsys.readouterr()
        return Done(int(exited.value.code or 0), said.out, said.err)

    return command


def ask(crawled: Crawled, folder: Path, *arguments: str, stdin: str = "") -> Done:
    root = crawled.place.settings.data_root
    return nianbao(*arguments, folder=folder, stdin=stdin, NIANBAO_DATA_ROOT=str(root))


def test_extract_says_the_same_as_json_csv_and_table_and_stores_nothing(file: Path) -> None:
    done = {form: nianbao("extract", file, "--format", form, folder=file.parent) for form in ("json", "csv", "table")}
    assert {(one.code, one.err) for one in done.values()} == {(0, "")}
    assert list(file.parent.iterdir()) == [file]

    said = json.loads(done["json"].out)
    assert (said["report"]["agency"], said["report"]["year"], said["findings"]) == (REPORT.agency, REPORT.year, [])
    printed = {key: int(value) for key, value in REPORT.figures.requests.items()}
    assert {(row["outcome"], row["applicant"]): row["value"] for row in said["requests"]} == printed

    lines = list(csv.DictReader(io.StringIO(done["csv"].out)))
    assert [(line["table"], line["value"], line["raw"]) for line in lines if line["table"] != "statements"] == [
        (table, str(row["value"]), row["raw"]) for table in FIGURES[:-1] for row in said[table]
    ]
    statements = [line["value"] for line in lines if line["table"] == "statements"]
    assert statements == [str(row["value"]) for row in said["statements"]]

    table = [line.split() for line in done["table"].out.splitlines()]
    assert ["agency", REPORT.agency] in table
    for row in (*_by_first_code(said, "requests", "outcome"), *_by_first_code(said, "proceedings", "channel")):
        assert row in table
    for row in said["disclosures"]:
        assert any(row["item"] in line and str(row["value"]) in line for line in table)


def _by_first_code(said: dict[str, Any], table: str, code: str) -> Iterator[list[str]]:
    """Each row of an official table as words: its code, then its values."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for row in said[table]:
        rows[row[code]].append(str(row["value"]))
    return ([name, *values] for name, values in rows.items())


def test_query_answers_the_same_as_json_csv_and_table(crawled: Crawled, folder: Path) -> None:
    expected = crawled.place.ask(QUESTION)
    answers = {form: ask(crawled, folder, "query", "--format", form, QUESTION) for form in ("json", "csv", "table")}
    assert {(one.code, one.err) for one in answers.values()} == {(0, "")}
    assert [tuple(row.values()) for row in json.loads(answers["json"].out)] == expected
    as_text = [["year", "reports", "agency"], *([str(value) for value in row] for row in expected)]
    assert list(csv.reader(io.StringIO(answers["csv"].out))) == as_text
    assert [line.split() for line in answers["table"].out.splitlines()] == as_text


def test_query_reads_standard_input(crawled: Crawled, folder: Path) -> None:
    done = ask(crawled, folder, "query", "-", "--format", "csv", stdin="SELECT count(*) AS reports FROM reports\n")
    assert (done.code, done.out.split()) == (0, ["reports", str(crawled.outcome.counts.published)])


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM report", ", ".join(load_tables())),
        ("DROP VIEW reports", "read-only"),
        ("COPY reports TO 'copy.csv'", "read-only"),
        ("SELECT * FROM reports WHERE", "syntax error"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_one_line(
    crawled: Crawled, folder: Path, here: Command, sql: str, reason: str
) -> None:
    files = crawled.place.files()
    done = here("query", sql, NIANBAO_DATA_ROOT=str(crawled.place.settings.data_root))
    assert_one_line(done, reason)
    assert list(folder.iterdir()) == []
    assert crawled.place.files() == files


def assert_one_line(done: Done, reason: str) -> None:
    assert (done.code, done.out) == (1, "")
    (line,) = done.error_lines
    assert line.startswith("nianbao: ")
    assert reason in line


def test_portals_of_the_data_root_are_listed_and_shown(folder: Path, here: Command) -> None:
    portals = folder / "data" / "portals"
    portals.mkdir(parents=True)
    text = "id: here\nname: 示例\njurisdiction: CN-990100\nhomepage: https://www.example.org/\n"
    (portals / "here.yml").write_text(
        f"{text}list_pages: [https://www.example.org/nb/]\ndialect: trs_static\n", "utf-8"
    )
    listed = nianbao("portal", "list", folder=folder)
    assert listed.code == 0
    (line,) = [line.split() for line in listed.out.splitlines() if line.startswith("here ")]
    assert line == ["here", "示例", "CN-990100", "trs_static", "1", "https://www.example.org/"]
    shown = nianbao("portal", "show", "here", folder=folder)
    assert json.loads(shown.out)["list_pages"] == ["https://www.example.org/nb/"]
    for command in (("portal", "show", "there"), ("crawl", "there")):
        done = here(*command)
        assert done.code == 2
        assert "unknown portal there" in done.err


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("status",), "nianbao demo"),
        (("query", "FROM reports"), "nianbao ingest"),
        (("extract", "absent.pdf"), "absent.pdf"),
        (("extract", "page.html"), "not an annual report"),
        (("extract", "empty.html"), "the file is empty"),
    ],
)
def test_a_foreseen_error_is_one_line(folder: Path, here: Command, command: tuple[str, ...], reason: str) -> None:
    page = Site().get(ignored_entries()[0].page)
    assert page is not None
    (folder / "page.html").write_bytes(page.body)
    (folder / "empty.html").write_bytes(b"")
    assert_one_line(here(*command), reason)


def test_bad_settings_name_the_variable_in_one_line(folder: Path) -> None:
    done = nianbao("status", folder=folder, NIANBAO_RETRIES="many", NIANBAO_TIMEOUT="0")
    assert_one_line(done, "NIANBAO_RETRIES")
    assert "NIANBAO_TIMEOUT" in done.err


def test_a_demo_whose_port_is_taken_names_the_remedy(here: Command, portal: SamplePortal) -> None:
    port = portal.url.rsplit(":", 1)[1]
    done = here("demo", "--quiet", "--port", port)
    assert_one_line(done, f"port {port} cannot be used")
    assert "--port" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("crawl", "weihai"),
        ("demo", "--quiet"),
    ],
)
def test_a_data_root_that_cannot_be_written_names_its_setting(
    folder: Path, here: Command, command: tuple[str, ...]
) -> None:
    (folder / "file").touch()
    done = here(*command, NIANBAO_DATA_ROOT=str(folder / "file" / "data"))
    assert_one_line(done, "NIANBAO_DATA_ROOT")
    assert "Not a directory" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ("crawl", "--quiet"),
        ("crawl", "weihai", "jinan", "--year", "2023", "--quiet"),
        ("crawl", "--due", "--quiet"),
        ("backfill", "--from", "2022", "--to", "2023", "--portal", "weihai", "--quiet"),
        ("portal", "probe", "http://www.weihai.gov.cn"),
        ("portal", "add", "http://www.jiazi.gov.cn", "--jurisdiction", "CN-990101"),
    ],
)
def test_no_public_host_is_asked_without_a_contact(here: Command, command: tuple[str, ...]) -> None:
    done = here(*command)
    (line,) = done.error_lines
    assert (done.code, line.startswith("nianbao: www.")) == (1, True)
    assert "set NIANBAO_CONTACT to your e-mail or web address" in line
    assert all(line.startswith(("new plan", "never crawled")) for line in done.out.splitlines())
    prepare_data_root(Settings())
    with Ledger(Settings().database) as ledger:
        assert ledger.runs.last(1) == []


@pytest.mark.parametrize(
    ("setting", "command"), [("WAREHOUSE_URL", ("query", "FROM reports")), ("ARCHIVE_URL", ("archive", "verify", "-q"))]
)
def test_an_object_store_that_does_not_answer_is_one_line(folder: Path, setting: str, command: tuple[str, ...]) -> None:
    aws = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1"}
    done = nianbao(
        *command, folder=folder, **aws, AWS_ENDPOINT_URL="http://127.0.0.1:1", **{f"NIANBAO_{setting}": "s3://b/x"}
    )
    assert_one_line(done, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("setting", "command"),
    [
        ("WAREHOUSE_URL", ("query", "FROM reports")),
        ("WAREHOUSE_URL", ("ingest", "report.html", "--quiet")),
        ("ARCHIVE_URL", ("ingest", "report.html", "--quiet")),
    ],
)
def test_a_missing_bucket_is_no_traceback(file: Path, s3: S3, setting: str, command: tuple[str, ...]) -> None:
    url = {f"NIANBAO_{setting}": "s3://no-such-bucket/x"}
    done = nianbao(*command, folder=file.parent, **s3.environment, **url)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert any("bucket" in line for line in done.error_lines)
