from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.support.warehouse.example_answers import ANSWERS, publish_examples
from tests.support.warehouse.rows import HERE, report
from warehouse.publish.write import publish
from warehouse.query.examples import example_questions
from warehouse.query.query import connect, run


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    root = tmp_path_factory.mktemp("asked")
    publish_examples(root)
    return connect(root)


def test_there_are_eleven_with_titles_in_two_languages() -> None:
    assert list(example_questions()) == list(ANSWERS) == list(range(1, 12))
    for question in example_questions().values():
        assert question.zh.isascii() is False
        assert question.en.isascii()
        assert question.sql.startswith(("SELECT", "WITH"))


@pytest.mark.parametrize("number", ANSWERS)
def test_the_answer_is_the_one_worked_out_by_hand(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    assert run(connection, example_questions()[number].sql).rows == ANSWERS[number]


@pytest.mark.parametrize("number", ANSWERS)
def test_a_warehouse_without_figures_has_an_answer_too(tmp_path: Path, number: int) -> None:
    publish(tmp_path, HERE, {"reports": [report("a", published_on=None)]})
    assert run(connect(tmp_path), example_questions()[number].sql).rows == []
