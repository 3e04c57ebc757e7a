"""The words of a selection, without any file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from warehouse.query.query import QueryError
from warehouse.query.selection import Selection, select
from warehouse.schema import full_columns, load_tables


def test_a_table_alone_selects_all_of_it() -> None:
    table = load_tables()["requests"]
    names = tuple(column.name for column in full_columns(table))
    assert select("requests") == Selection(table, None, None, names, {}, reconciled=False)


@pytest.mark.parametrize(
    ("years", "selected"),
    [
        (2024, (2024,)),
        (range(2022, 2025), (2022, 2023, 2024)),
        ([2024, 2019, 2024], (2019, 2024)),
        ("2024", (2024,)),
        ("2019-2021", (2019, 2020, 2021)),
        (["2019-2020", 2024], (2019, 2020, 2024)),
        ([], ()),
    ],
)
def test_years_are_one_several_a_range_or_text(years: object, selected: tuple[int, ...]) -> None:
    assert select("reports", years=years).years == selected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("refused.state_secret", ["refused.state_secret"]),
        ("granted*", ["granted", "granted_in_part"]),
        ("other.fee_*", ["other.fee_unpaid"]),
        (["total", "other", "total"], ["total", "other"]),
        (["carried_??", "carried_out"], ["carried_in", "carried_out"]),
    ],
)
def test_wildcards_stand_for_declared_codes(word: object, codes: list[str]) -> None:
    assert select("requests", conditions={"outcome": word}).conditions == {"outcome": tuple(codes)}


def test_columns_stay_in_the_order_asked_for() -> None:
    assert select("requests", columns=["value", "year"]).columns == ("value", "year")
    assert select("requests", columns="value").columns == ("value",)


def test_conditions_on_other_columns_stay_as_they_are() -> None:
    conditions = {"check": "total*", "report_id": ("a", "b")}
    assert select("findings", conditions=conditions).conditions == {"check": ("total*",), "report_id": ("a", "b")}
    assert select("coverage", conditions={"list_complete": False}).conditions == {"list_complete": (False,)}
    assert select("requests", conditions={"page": np.array([2, 3])}).conditions == {"page": (2, 3)}
    assert select("requests", conditions={"page": pd.Series([2], dtype="Int64")}).conditions == {"page": (2,)}
    assert select("findings", conditions={"check": np.str_("balance")}).conditions == {"check": ("balance",)}
    assert select("coverage", conditions={"list_complete": np.bool_(True)}).conditions == {"list_complete": (True,)}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"table": "request"}, "no such table: request; these are requests, agencies, codebook"),
        ({"table": "requests_wide"}, "requests_wide is a view: ask it in SQL; tables: agencies"),
        ({"jurisdiction": "371003"}, "jurisdiction '371003' is neither of the form CN-371003 nor a wildcard"),
        ({"jurisdiction": "CN-37"}, "jurisdiction 'CN-37' is neither"),
        ({"jurisdiction": ["CN-371003", 371003]}, "jurisdiction 371003 is neither"),
        ({"jurisdiction": "山东省"}, "jurisdiction '山东省' is neither"),
        ({"table": "codebook", "jurisdiction": "CN-37*"}, "no such column in codebook: jurisdiction; these are table"),
        ({"years": 24}, "year 24 does not have four digits"),
        ({"years": "2019-"}, "years '2019-' are neither a year such as 2024 nor years such as 2019-2024"),
        ({"years": "2024-2019"}, "years '2024-2019' end before they begin: write 2019-2024"),
        ({"years": "0024"}, "years '0024' are neither"),
        ({"years": True}, "True is no year"),
        ({"jurisdiction": 371003}, "jurisdiction 371003 is neither"),
        ({"table": ["requests"]}, "no such table: ['requests']; these are "),
        ({"columns": 5}, "no such column in requests: 5; these are "),
        ({"reconciled": "yes"}, "reconciled is True or False, not 'yes'"),
        ({"years": 2024.5}, "2024.5 is no year: give whole numbers such as 2024"),
        ({"table": "agencies", "years": 2024}, "agencies has no years: it is one file of all years"),
        ({"columns": ["outcom"]}, "no such column in requests: outcom; these are outcome, column, jurisdiction"),
        ({"columns": []}, "name at least one column, and each once"),
        ({"columns": ["year", "year"]}, "name at least one column, and each once"),
        ({"conditions": {"outcom": "total"}}, "no such column in requests: outcom; these are outcome"),
        (
            {"conditions": {"outcome": "refused.state"}},
            "no such outcome: refused.state; these are refused.state_secret",
        ),
        ({"conditions": {"outcome": "refused.x*"}}, "no such outcome: refused.x*; these are "),
        ({"conditions": {"outcome": 3}}, "outcome is of the type string, and 3 is not"),
        ({"conditions": {"page": "3"}}, "page is of the type int32, and '3' is not"),
        ({"conditions": {"page": True}}, "page is of the type int32, and True is not"),
        ({"conditions": {"bbox": 1}}, "bbox is of the type list(double), by which nothing is selected"),
        ({"conditions": {"year": 2024}}, "year is no condition: give divisions as jurisdiction, and years as years"),
        ({"conditions": {"jurisdiction": "CN-371003"}}, "jurisdiction is no condition: give divisions as jurisdiction"),
        ({"table": "agencies", "conditions": {"jurisdiction": "CN-371003"}}, "jurisdiction is no condition"),
        ({"table": "sections", "reconciled": True}, "sections has no implied values; tables that have: disclosures"),
    ],
)
def test_words_that_nothing_has_are_refused_in_one_line(words: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError) as caught:
        select(**{"table": "requests", **words})  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
