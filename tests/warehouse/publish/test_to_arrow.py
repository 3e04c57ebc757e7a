"""The fast check of all rows against the slow one of each row: `fit_columns` accepts what `validate` accepts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.rows import rows_of
from warehouse.publish.merge import InvalidRow, partition_valid, to_arrow
from warehouse.publish.row_validation import validate
from warehouse.publish.to_arrow import fit_columns
from warehouse.schema import Row, Table, load_tables

TABLES = list(load_tables().values())
NAMES = [table.name for table in TABLES]
EAST, WEST = timezone(timedelta(hours=8)), timezone(timedelta(hours=-8))


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    ONE = "one"
    TOTAL = "total"


class Moment(datetime):
    pass


OTHERS: list[object] = [
    *(None, "", "one", "total", "a\0b", "\ud800", "年报", b"bytes", Word.ONE, Word.TOTAL),
    *(True, False, 0, 1, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53, 2**53 + 1, -(2**53) - 1),
    *(2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, Number.ONE),
    *(0.0, -0.0, 1.0, 1.5, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"), 1j),
    *map(Decimal, ("0", "-0", "1", "1.5", "NaN", "sNaN", "Infinity", "1E+15", "1E+16", "1E+400", "1E-4", "1E-5")),
    *map(Decimal, ("10E-5", "1E-38", "1E-43", "2.6820984E-36", "-1.1E-76", "1E-400", "0E+40", "0E-40", "0E-400")),
    *(Decimal("1." + "0" * zeros) for zeros in (4, 5, 36, 37, 38, 39, 50)),
    *(Decimal("123456789." + "0" * zeros) for zeros in (28, 29, 30, 31)),
    *(Decimal("9" * 16), Decimal("9" * 17), Decimal("9" * 16 + ".9999"), Decimal("9" * 16 + ".99999")),
    *(date(2024, 1, 1), date.min, date.max, datetime(2024, 1, 1), datetime.min, Moment(2024, 1, 1, tzinfo=UTC)),
    *(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=EAST), timedelta(1)),
    *(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=EAST), datetime.max.replace(tzinfo=WEST)),
    *([], (), ["one"], ("one",), [None], ["\ud800"], [1], [True], [1.5], (1, 2.5), [float("nan")], [2**53 + 1], [[]]),
    *([10**400], [b"x"], {}, {"one": 1}, {"one"}, object),
]
"""One of these in place of any value of any row; some fit some columns."""
_PLAIN: dict[str, object] = {
    "string": "text",
    "int32": 3,
    "int64": 3,
    "double": 0.5,
    "bool": True,
    "date": date(2024, 1, 2),
    "timestamp": datetime(2024, 1, 2, tzinfo=UTC),
    "decimal(20,4)": Decimal("3.5"),
    "list(string)": ["text"],
    "list(double)": [0.5, 1.5],
}


def full_row(table: Table, number: int) -> Row:
    """Return a row with a value in each column, and a key that is unique for each `number`."""
    row = {column.name: column.values[0] if column.values else _PLAIN[column.type] for column in table.columns}
    free = next(name for name in table.key if row[name] == "text")
    return {**row, free: f"text {number}"}


def is_plain(value: object) -> bool:
    """Return whether a valid value has the types that our parsers produce, so that `fit_columns` must accept it."""
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        return len(digits) <= 38 and isinstance(exponent, int) and exponent >= -38
    return type(value) not in (Number, Word, Moment)


def assert_agree(table: Table, rows: Sequence[Row], *, doubtful: bool = False) -> None:
    """`fit_columns` accepts rows exactly if the slow check does, except `doubtful` ones; `to_arrow` always does."""
    fit, refused = partition_valid(table, rows, None)
    quick = fit_columns(table, rows)
    if refused:
        assert quick is None
        with pytest.raises(InvalidRow):
            to_arrow(table, rows, None)
        return
    slow = pa.Table.from_pylist(fit, schema=table.arrow_schema)
    assert to_arrow(table, rows, None).equals(slow)
    if not doubtful:
        assert quick is not None
    if quick is not None:
        assert quick.equals(slow)
        assert quick.schema.equals(slow.schema, check_metadata=True)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_one_changed_value_anywhere_is_judged_as_by_the_slow_check(table: Table) -> None:
    row, after = (full_row(table, number) for number in range(2))
    assert_agree(table, [row, after])
    taken = 0
    for column in table.columns:
        for other in OTHERS:
            rows = [{**row, column.name: other}, after]
            assert_agree(table, rows, doubtful=not is_plain(other))
            taken += not validate(table, rows[0])
    assert taken > len(table.columns)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_shapes_and_keys_of_rows(table: Table) -> None:
    one, two = full_row(table, 1), full_row(table, 2)
    assert_agree(table, [one, two, one])
    assert_agree(table, [one, {**two, **{name: one[name] for name in table.key}}])
    assert_agree(table, [one, {**two, "further": 1}])
    assert_agree(table, [one, {**two, "further": None}])
    for column in table.columns:
        lacking = {name: value for name, value in two.items() if name != column.name}
        assert_agree(table, [one, lacking])
        assert_agree(table, [lacking])
        assert_agree(table, [one, {**lacking, "further": 1}])
        assert_agree(table, [{**one, column.name: None}, two])


ANYTHING = st.one_of(
    st.text(st.characters(), max_size=3),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.builds(lambda number, places: Decimal(number).scaleb(places), st.integers(), st.integers(-90, 40)),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.lists(st.none() | st.text(max_size=1) | st.floats() | st.integers(), max_size=2),
)


@settings(max_examples=examples(15), deadline=None)
@given(data=st.data(), table=st.sampled_from(TABLES))
def test_any_rows_with_or_without_one_changed_value_are_judged_as_by_the_slow_check(
    data: st.DataObject, table: Table
) -> None:
    rows = data.draw(st.lists(rows_of(table), min_size=1, max_size=3))
    rows = [{**row, table.owner: f"r{number}"} if table.partitioned else row for number, row in enumerate(rows)]
    assert_agree(table, rows)
    at, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(table.columns))
    for other in data.draw(st.lists(ANYTHING, min_size=5, max_size=5)):
        changed = [*rows[:at], {**rows[at], column.name: other}, *rows[at + 1 :]]
        assert_agree(table, changed, doubtful=not is_plain(other))
