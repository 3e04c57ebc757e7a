"""The views against hand-made warehouses; wide views equal the tidy tables; the words are those of the forms."""

from __future__ import annotations

import re
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.rows import HERE, disclosure, finding, report, request
from transforms.forms.layout import layouts
from warehouse.publish.write import Partition, publish
from warehouse.query.query import connect, run
from warehouse.query.views import figure_tables, views, vocabulary, wide_column, wide_figures
from warehouse.schema import Row, full_columns, load_tables

BEFORE = Partition(HERE.jurisdiction, HERE.year - 1)
WIDE = vocabulary().wide


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warehouse")
    publish(
        root,
        HERE,
        {
            "reports": [report("a"), report("b", agency="示例市教育局", agency_kind="department", status="partial")],
            "requests": [
                request("a", value=12, raw="12"),
                request(
                    "a", "refused.state_secret", "natural_person", value=None, raw="", state="blank", implied=Decimal(3)
                ),
                request("a", "other.other", "other", value=None, raw="?", state="unreadable"),
            ],
            "disclosures": [disclosure("a", unit="万元")],
            "findings": [finding("a", cells=["received/total"])],
        },
    )
    publish(root, BEFORE, {"reports": [report("a0")], "requests": [request("a0", value=5)]})
    return root


def test_a_wide_row_stands_for_every_report_with_null_where_nothing_is_printed(root: Path) -> None:
    columns = "report_id, year, agency, received__total, refused_state_secret__natural_person, other_other__other"
    assert run(connect(root), f"SELECT {columns} FROM requests_wide ORDER BY report_id").rows == [
        ("a", 2024, "示例市人民政府办公室", 12, None, None),
        ("a0", 2023, "示例市人民政府办公室", 5, None, None),
        ("b", 2024, "示例市教育局", None, None, None),
    ]
    assert run(
        connect(root), "SELECT report_id, fee__fee_amount FROM disclosures_wide WHERE year = 2024 ORDER BY 1"
    ).rows == [
        ("a", Decimal("12.5")),
        ("b", None),
    ]


def test_reconciled_takes_the_printed_value_else_the_implied_one(root: Path) -> None:
    rows = run(
        connect(root),
        "SELECT \"table\", figure, value, unit, origin FROM reconciled WHERE report_id = 'a' ORDER BY ALL",
    ).rows
    assert rows == [
        ("disclosures", "20(8)/fee/fee_amount", Decimal("12.5"), "万元", "printed"),
        ("requests", "other.other/other", None, "件", None),
        ("requests", "received/total", Decimal(12), "件", "printed"),
        ("requests", "refused.state_secret/natural_person", Decimal(3), "件", "implied"),
    ]


def test_cells_of_findings_are_figures_of_reconciled(root: Path) -> None:
    sql = """SELECT r.figure, r.value FROM findings f, reconciled r
             WHERE f.report_id = r.report_id AND f."table" = r."table" AND list_contains(f.cells, r.figure)"""
    assert run(connect(root), sql).rows == [("received/total", Decimal(12))]


def test_latest_is_the_newest_report_of_each_agency(root: Path) -> None:
    assert run(connect(root), "SELECT report_id, year FROM latest ORDER BY 1").rows == [("a", 2024), ("b", 2024)]
    columns = [column.name for column in full_columns(load_tables()["reports"])]
    assert run(connect(root), "FROM latest").columns == columns


def test_in_chinese_columns_and_codes_are_the_forms_own_words(root: Path) -> None:
    connection = connect(root)
    asked = run(connection, "SELECT 办理结果, 申请人, 数量, 状态 FROM 申请 WHERE 年度 = 2024 ORDER BY ALL")
    assert asked.columns == ["办理结果", "申请人", "数量", "状态"]
    assert asked.rows == [
        ("其他", "其他", None, "无法读取"),
        ("属于国家秘密", "自然人", None, "空白"),
        ("本年新收政府信息公开申请数量", "总计", 12, "数字"),
    ]
    wide = run(connection, "SELECT 机关, 本年新收政府信息公开申请数量_总计 FROM 申请宽表 WHERE 年度 = 2023")
    assert wide.rows == [("示例市人民政府办公室", 5)]
    assert run(connection, "SELECT 表, 数据项, 数值, 数据来源 FROM 核定数据 WHERE 数据来源 = '推定'").rows == [
        ("申请", "属于国家秘密/自然人", Decimal(3), "推定")
    ]
    assert run(connection, "SELECT 机关类别, 读取状态 FROM 最新年报 ORDER BY ALL").rows == [
        ("政府办公机构", "完整"),
        ("部门", "部分"),
    ]
    assert run(connection, "SELECT 级别, 表 FROM 核查问题").rows == [("错误", "申请")]


def test_every_table_and_view_has_a_chinese_one_with_as_many_rows_and_columns(root: Path) -> None:
    connection = connect(root)
    assert set(vocabulary().names) == set(load_tables()) | {name for name in views() if name.isascii()}
    assert set(vocabulary().names.values()) == {name for name in views() if not name.isascii()}
    for english, chinese in vocabulary().names.items():
        one, other = run(connection, f"FROM {english}"), run(connection, f"FROM {chinese}")
        assert (len(one.columns), len(one.rows)) == (len(other.columns), len(other.rows)), english
        assert len(set(other.columns)) == len(other.columns), english
        assert not any(re.search("[a-z]", name) for name in other.columns), chinese


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("FROM reports", set()),
        ("SELECT count(*) FROM Latest", {"latest"}),
        ("FROM 主动公开宽表", {"主动公开宽表", "主动公开", "disclosures_wide"}),
        ("DESCRIBE SELECT * FROM requests_wide, reconciled", set(views())),
        ("SELECT table_name FROM information_schema.tables", set(views())),
    ],
)
def test_a_view_is_made_for_the_first_question_that_names_it(root: Path, sql: str, made: set[str]) -> None:
    with connect(root) as connection:
        for _ in range(2):
            run(connection, sql)
            there = connection.execute("SELECT view_name FROM duckdb_views() WHERE temporary").fetchall()
            assert {name for (name,) in there} & set(views()) == made


def test_all_tables_and_views_are_shown(root: Path) -> None:
    shown = {name for (name,) in run(connect(root), "SHOW TABLES").rows}
    assert shown == set(load_tables()) | set(views())


def _figures(name: str) -> st.SearchStrategy[list[Row]]:
    """Rows of a wide view's table for the reports a and b, no figure twice."""
    wide = WIDE[name]
    articles = {"regulation": "20(1)", "normative_document": "20(1)", "licence": "20(5)", "other_service": "20(5)"}
    articles |= {"penalty": "20(6)", "coercion": "20(6)", "fee": "20(8)", "procurement": "20(9)"}

    def row(key: tuple[str, tuple[str, str]], value: int | None) -> Row:
        report_id, (one, two) = key
        if wide.table == "requests":
            return request(report_id, one, two, value=value)
        number = None if value is None else Decimal(value)
        return disclosure(report_id, article=articles[one], item=one, measure=two, value=number)

    keys = st.tuples(st.sampled_from("ab"), st.sampled_from(wide_figures(wide)))
    values = st.none() | st.integers(0, 10**9)
    return st.dictionaries(keys, values, max_size=60).map(lambda cells: [row(*cell) for cell in cells.items()])


@pytest.mark.parametrize("name", sorted(WIDE))
@settings(max_examples=examples(4), deadline=None)
@given(data=st.data())
def test_wide_views_hold_the_numbers_of_the_tidy_tables(name: str, data: st.DataObject) -> None:
    rows = data.draw(_figures(name))
    wide = WIDE[name]
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), HERE, {"reports": [report("a"), report("b")], wide.table: rows})
        with connect(Path(folder)) as connection:
            result = run(connection, f"FROM {name} ORDER BY report_id")
            renamed = run(connection, f"FROM {vocabulary().names[name]} ORDER BY 3")
    seen = {
        (values[2], column): value
        for values in result.rows
        for column, value in list(zip(result.columns, values, strict=True))[4:]
        if value is not None
    }
    first, second = wide.codes
    told = {
        (row["report_id"], wide_column((str(row[first]), str(row[second])))): row["value"]
        for row in rows
        if row["value"] is not None
    }
    assert seen == told
    assert [row[2] for row in result.rows] == ["a", "b"]
    assert renamed.rows == result.rows


def test_every_code_of_every_table_has_words_and_no_word_stands_for_two() -> None:
    words = vocabulary().words
    for table in load_tables().values():
        for column in table.columns:
            if column.values:
                found = words.get(table.name, {}).get(column.name) or words["evidence"][column.name]
                assert set(found) == set(column.values), f"{table.name}.{column.name}"
                assert len(set(found.values())) == len(found), f"{table.name}.{column.name}"


def _spoken(label: str) -> str:
    """Return a label of the form without its number, and without a remark in brackets."""
    return re.sub(r"^(?:[一二三四]、|（[一-龥]）|\d\.)|（[^（）]{3,}）$|/", "", label)


def test_words_are_those_of_the_newest_form_that_has_the_code() -> None:
    newest: dict[tuple[str, str, str], set[str]] = {}
    for layout in sorted(layouts(), key=lambda layout: layout.years, reverse=True):
        for table in layout.tables:
            labels = [
                (table.table, column, code, label.under if column == "channel" else label.labels[0])
                for block in table.blocks
                for label in (*block.rows, *block.columns)
                for column, code in label.codes.items()
            ]
            for key in {one[:3] for one in labels} - set(newest):
                newest[key] = {_spoken(words or "") for *own, words in labels if tuple(own) == key}
    words = vocabulary().words
    checked = 0
    for (table_name, column, code), official in newest.items():
        if table_name in words:
            assert words[table_name][column][code] in official
            checked += 1
    assert checked > 60


def test_wide_disclosures_have_the_figures_of_all_forms_and_no_others() -> None:
    printed = {
        (row.codes["item"], column.codes["measure"])
        for layout in layouts()
        for table in layout.tables
        if table.table == "disclosures"
        for block in table.blocks
        for row in block.rows
        for column in block.columns
    }
    assert set(wide_figures(WIDE["disclosures_wide"])) == printed


def test_columns_of_wide_tables_are_distinct_and_need_no_quotes() -> None:
    for wide in WIDE.values():
        names = [wide_column(pair) for pair in wide_figures(wide)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z_0-9]*", name) for name in names)


def test_figure_tables_are_the_four_of_the_forms() -> None:
    assert {table.name for table in figure_tables()} == {"disclosures", "requests", "proceedings", "indicators"}
