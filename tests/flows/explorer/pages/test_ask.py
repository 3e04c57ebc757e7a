from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from flows.explorer.ask import askers as askers_module
from flows.explorer.ask.askers import AT_ONCE
from tests.support.explorer_client import pages_of
from tests.support.warehouse.example_answers import ANSWERS, publish_examples
from warehouse.query.examples import example_questions
from warehouse.query.query import connect, run
from warehouse.query.views import views


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("ask")
    publish_examples(root / "warehouse")
    with pages_of(root) as opened:
        yield opened


def _page(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def asked(client: TestClient, sql: str, language: str = "en") -> BeautifulSoup:
    answer = client.get(f"/{language}/ask/?{urlencode({'sql': sql})}")
    assert answer.status_code == 200, answer.text
    return _page(answer.text)


def cells(page: BeautifulSoup) -> list[list[str]]:
    return [[cell.get_text() for cell in row.select("td")] for row in page.select("table.answer tbody tr")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("number", example_questions())
def test_ready_questions_are_asked_by_their_links(number: int, language: str, client: TestClient) -> None:
    form = _page(client.get(f"/{language}/ask/").text)
    (link,) = [link for link in form.select("aside ol a") if link.get("href") == f"./?question={number}"]
    assert link.get_text() == getattr(example_questions()[number], language)
    page = _page(client.get(f"/{language}/ask/?question={number}").text)
    assert page.select("textarea")[0].get_text().strip() == example_questions()[number].sql.strip()
    found = cells(page)
    assert len(found) == len(ANSWERS[number])
    assert found[0][0] == str(ANSWERS[number][0][0])


def test_values_are_shown_as_what_they_are(client: TestClient) -> None:
    page = asked(
        client, "SELECT NULL AS a, true AS b, 12.50::DECIMAL(9,2) AS c, '' AS d, ['甲', NULL] AS e, '<b>x' AS f"
    )
    assert cells(page) == [["null", "true", "12.5", "", '["甲", null]', "<b>x"]]
    row = page.select("table.answer tbody tr td")
    assert [cell.get("class") for cell in row] == [None, None, ["number"], None, None, None]
    assert cells(asked(client, "SELECT NULL AS a, false AS b", "zh")) == [["空值", "否"]]


def test_the_first_thousand_rows_are_shown_and_said_to_be_the_first(client: TestClient) -> None:
    page = asked(client, "FROM range(5000)")
    assert len(cells(page)) == 1000
    assert "the first 1,000 rows" in page.get_text()
    wide = ", ".join(f"range + {number} AS c{number}" for number in range(200))
    assert len(cells(asked(client, f"SELECT {wide} FROM range(5000)"))) == 250


def test_an_error_is_one_line_with_status_400_and_the_question_stays(client: TestClient) -> None:
    for sql in ("SELEKT 1", "SELECT * FROM read_text('/etc/passwd')", "SELECT 1; SELECT 2", "DELETE FROM reports"):
        answer = client.get(f"/en/ask/?{urlencode({'sql': sql})}")
        page = _page(answer.text)
        assert answer.status_code == 400
        (fault,) = page.select("#fault")
        assert fault.get_text()
        assert "\n" not in fault.get_text()
        assert page.select("textarea")[0].get_text().strip() == sql
        assert "root:" not in answer.text
    assert client.get("/en/ask/?question=99").status_code == 404
    assert client.get("/en/ask/?question=one").status_code == 400
    assert client.get(f"/en/ask/?{urlencode({'sql': 'x' * 20_001})}").status_code == 400
    assert client.get("/en/ask/?sql=%20").status_code == 200


def test_a_chart_is_drawn_where_it_fits_and_its_data_is_never_markup(client: TestClient) -> None:
    sql = "SELECT '</script><script>alert(1)//' || range AS name, range AS n FROM range(3)"
    answer = client.get(f"/en/ask/?{urlencode({'sql': sql})}")
    assert "<script>alert" not in answer.text
    page = _page(answer.text)
    (chart,) = page.select("script.chart")
    assert chart.get("type") == "application/json"
    assert not asked(client, "SELECT 1").select("script")


def test_tables_columns_and_views_stand_beside_the_form(client: TestClient) -> None:
    page = _page(client.get("/zh/ask/").text)
    text = page.select("aside")[0].get_text()
    assert "capture_sha256" in text
    assert "原件哈希" in text
    links = [link.get("href") for link in page.select("aside a")]
    for name in ("reports", *views()):
        assert name in text
    for link in links:
        assert client.get(f"/zh/ask/{link}").status_code == 200, link


def test_the_whole_answer_is_a_file_in_each_form(client: TestClient) -> None:
    sql = "SELECT range AS n, CASE range WHEN 1 THEN NULL ELSE range + 9007199254740992 END AS big FROM range(2500)"
    expected = [(n, None if n == 1 else n + 9007199254740992) for n in range(2500)]
    answers = {
        form: client.get(f"/en/ask/answer.{form}?{urlencode({'sql': sql})}") for form in ("csv", "parquet", "xlsx")
    }
    assert [answer.status_code for answer in answers.values()] == [200] * 3
    for form, answer in answers.items():
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert f".{form}" in answer.headers["content-disposition"]
    read = pd.read_csv(io.BytesIO(answers["csv"].content), dtype="Int64")
    assert [(int(n), None if big is pd.NA else int(big)) for n, big in read.itertuples(index=False)] == expected
    parquet = pq.read_table(io.BytesIO(answers["parquet"].content))
    assert list(zip(*parquet.to_pydict().values(), strict=True)) == expected
    sheet = openpyxl.load_workbook(io.BytesIO(answers["xlsx"].content), read_only=True).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True)][1:] == list(range(2500))


def test_files_hold_no_formula(client: TestClient) -> None:
    sql = (
        "SELECT '=HYPERLINK(\"http://evil.example\")' AS \"=1+1\", '@SUM(A1)' AS b, '-2' AS c, -2 AS d, '\x07bell' AS e"
    )
    for form in ("csv", "xlsx"):
        answer = client.get(f"/en/ask/answer.{form}?{urlencode({'sql': sql})}")
        assert answer.status_code == 200
        if form == "csv":
            assert not [
                cell for cell in answer.text.replace('"', "").replace("\n", ",").split(",") if cell[:1] in "=@" and cell
            ]
        else:
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_every_kind_of_value_is_written_or_refused_in_a_line(form: str, client: TestClient) -> None:
    kinds = (
        "1::HUGEINT", "interval 1 month", "[1, NULL]", "MAP {'a': 1}", "{'a': [1]}", "TIMESTAMPTZ '2020-01-01'",
        "TIME '10:00'", "'\\xAA'::BLOB", "'NaN'::DOUBLE", "'inf'::DOUBLE", "uuid()", "'101'::BIT", "NULL",
        "'a'::ENUM ('a', 'b')", "1.5::DECIMAL(38, 10)", "DATE '0001-01-01'", "TIMESTAMP '9999-01-01'",
    )  # fmt: skip
    for kind in kinds:
        answer = client.get(f"/en/ask/answer.{form}?{urlencode({'sql': f'SELECT {kind} AS x'})}")
        assert answer.status_code in (200, 400), (kind, answer.text)
        assert client.get(f"/en/ask/?{urlencode({'sql': f'SELECT {kind} AS x'})}").status_code == 200, kind


def test_an_answer_that_is_too_large_for_a_file_is_refused(client: TestClient) -> None:
    answer = client.get(f"/en/ask/answer.xlsx?{urlencode({'sql': 'FROM range(100001)'})}")
    assert answer.status_code == 400
    assert "100,000 rows" in answer.text
    assert client.get("/en/ask/answer.exe?sql=SELECT+1").status_code == 404
    assert client.get("/en/ask/answer.csv").status_code == 400


def test_others_get_pages_while_questions_run_and_one_more_question_is_told_to_wait(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(askers_module, "SECONDS", 3.0)
    endless = f"/en/ask/?{urlencode({'sql': 'SELECT count(*) FROM range(1000000000000)'})}"
    statuses: list[int] = []

    def ask_until_answered() -> None:
        while (status := client.get(endless).status_code) == 503:
            pass
        statuses.append(status)

    threads = [threading.Thread(target=ask_until_answered) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    while len([thread for thread in threads if thread.is_alive()]) == AT_ONCE:
        if client.get("/en/ask/?sql=SELECT+1").status_code == 503:
            break
    assert client.get("/en/ask/").status_code == 200
    for thread in threads:
        thread.join()
    assert statuses == [400] * AT_ONCE
    assert client.get("/en/ask/?sql=SELECT+1").status_code == 200


def test_numbers_equal_those_of_the_command(client: TestClient, tmp_path: Path) -> None:
    publish_examples(tmp_path)
    sql = "SELECT sum(value) AS s, avg(value) AS a, count(*) AS n FROM requests"
    with connect(tmp_path) as connection:
        (row,) = run(connection, sql).rows
    shown = cells(asked(client, sql))[0]
    assert [Decimal(text) for text in shown] == [Decimal(str(value)) for value in row]
