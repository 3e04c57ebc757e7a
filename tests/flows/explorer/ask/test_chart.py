from __future__ import annotations

import json
from datetime import date

import pyarrow as pa
import pytest

from flows.explorer.ask.chart import Suggestion, draw, suggest

FITTING = [
    ({"year": [2022, 2023], "a": [1, 2], "b": [1.5, None]}, Suggestion("line", "year", ("a", "b"))),
    ({"年度": [2022, 2023], "件数": [1, 2]}, Suggestion("line", "年度", ("件数",))),
    ({"day": [date(2022, 1, 1), date(2023, 1, 1)], "a": [1, 2]}, Suggestion("line", "day", ("a",))),
    ({"code": ["x", "y"], "name": ["甲", "乙"], "a": [1, 2]}, Suggestion("bar", "name", ("a",))),
    (
        {"year": [2022, 2022, 2023], "kind": ["x", "y", "x"], "a": [1, 2, 3], "percent": [1.0, 2.0, 3.0]},
        Suggestion("line", "year", ("a",), "kind"),
    ),
]
UNFIT: list[dict[str, list[object]]] = [
    {"a": [1, 2]},
    {"name": ["甲"], "a": [1]},
    {"name": ["甲", "甲"], "a": [1, 2]},
    {"name": ["甲", "乙"]},
    {"name": ["甲", "乙"], "a": [1, 2], "b": [1, 2], "c": [1, 2], "d": [1, 2]},
    {"year": [2022, 2022], "a": [1, 2]},
    {"name": [str(number) for number in range(51)], "a": [*range(51)]},
    {"day": [date(2022, 1, 1)] * 2, "year": [2022, 2023], "a": [1, 2]},
]


@pytest.mark.parametrize(("columns", "expected"), FITTING)
def test_a_chart_is_suggested_where_the_columns_allow_one(
    columns: dict[str, list[object]], expected: Suggestion
) -> None:
    rows = pa.table(columns)
    suggestion = suggest(rows)
    assert suggestion == expected
    drawn = draw(rows, expected)
    (values,) = drawn["datasets"].values()
    assert len(values) == len(rows) * len(expected.numbers)
    assert drawn["mark"]["type"] == expected.mark
    json.dumps(drawn, allow_nan=False)


@pytest.mark.parametrize("columns", UNFIT)
def test_none_is_suggested_elsewhere(columns: dict[str, list[object]]) -> None:
    assert suggest(pa.table(columns)) is None


def test_two_columns_of_one_name_have_no_chart() -> None:
    assert suggest(pa.table([pa.array([2022, 2023]), pa.array([1, 2])], names=["year", "year"])) is None


def test_hostile_names_are_titles_and_never_fields() -> None:
    rows = pa.table({"a.b[0]:N</script>": ["<b>", "=1"], "x'; DROP": [1.0, float("nan")]})
    suggestion = suggest(rows)
    assert suggestion
    drawn = draw(rows, suggestion)
    assert {channel.get("field") for channel in drawn["encoding"].values()} == {"along", "value", "of"}
    json.dumps(drawn, allow_nan=False)
