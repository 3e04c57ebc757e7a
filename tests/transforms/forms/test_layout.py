"""The declared forms: strict, of the official size, and in the words of the warehouse."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

import transforms
import warehouse
from nianbao import DeclarationError, read_declaration
from transforms.checks.checks import checks
from transforms.forms import layout as layout_module
from transforms.forms.layout import Layout, TableLayout, code_columns, layouts

FOLDER = Path(transforms.__file__).parent / "forms"
TABLES = Path(warehouse.__file__).parent / "tables"
SIZES = {
    ("32号", "indicators"): 58,
    ("60号", "disclosures"): 22,
    ("60号", "requests"): 161,
    ("60号", "proceedings"): 15,
    ("30号", "disclosures"): 10,
    ("30号", "requests"): 182,
    ("30号", "proceedings"): 15,
}


def _tables() -> list[tuple[str, TableLayout]]:
    return [(layout.edition, table) for layout in layouts() for table in layout.tables]


@pytest.mark.parametrize(("edition", "table"), _tables(), ids=lambda value: getattr(value, "table", value))
def test_each_table_has_the_official_number_of_figures(edition: str, table: TableLayout) -> None:
    assert len(table.keys) == len(set(table.keys)) == SIZES[edition, table.table]


@pytest.mark.parametrize(("edition", "table"), _tables(), ids=lambda value: getattr(value, "table", value))
def test_codes_are_those_that_the_warehouse_declares(edition: str, table: TableLayout) -> None:
    declared = yaml.safe_load((TABLES / f"{table.table}.yml").read_text("utf-8"))
    columns = {column["name"]: column.get("values") for column in declared["columns"]}
    assert tuple(declared["key"]) == ("report_id", *table.code_columns)
    for name, codes in zip(table.code_columns, zip(*table.keys, strict=True), strict=True):
        assert columns[name] is None or set(codes) <= set(columns[name])


def test_every_code_of_the_warehouse_is_printed_by_some_edition() -> None:
    for name in ("disclosures", "requests", "proceedings"):
        declared = yaml.safe_load((TABLES / f"{name}.yml").read_text("utf-8"))
        for column in declared["columns"]:
            used = {
                key[table.code_columns.index(column["name"])]
                for _, table in _tables()
                if table.table == name and column["name"] in table.code_columns
                for key in table.keys
            }
            assert not used or used == set(column["values"])


@pytest.mark.parametrize(("edition", "table"), _tables(), ids=lambda value: getattr(value, "table", value))
def test_every_identity_has_a_check_and_both_sides(edition: str, table: TableLayout) -> None:
    for identity, total, parts in table.equations(set(table.keys)):
        assert identity.name in checks()
        assert total
        assert parts
        assert not set(total) & set(parts)


def test_newest_edition_names_the_code_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = replace_requests(layouts()[1], columns=("applicant", "outcome"))
    monkeypatch.setattr(layout_module, "layouts", lambda: (turned, layouts()[2]))
    assert code_columns.__wrapped__()["requests"] == ("outcome", "applicant")


def replace_requests(edition: Layout, columns: tuple[str, ...]) -> Layout:
    """Return an edition whose table of requests has other code columns."""
    table = next(table for table in edition.tables if table.table == "requests").model_copy()
    table.__dict__["code_columns"] = columns
    return edition.model_copy(update={"tables": (table,)})


def test_years_of_the_editions_follow_each_other() -> None:
    spans = [layout.years for layout in layouts()]
    assert all(earlier[1] + 1 == later[0] for earlier, later in pairwise(spans))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("place", ["layout", "table", "block", "column"])
def test_unknown_keys_are_refused_by_name(path: Path, place: str, tmp_path: Path) -> None:
    declared = yaml.safe_load(path.read_text("utf-8"))
    table = declared["tables"][0]
    block = table["blocks"][0]
    {"layout": declared, "table": table, "block": block, "column": block["columns"][0]}[place]["colour"] = "red"
    with pytest.raises(DeclarationError, match="colour: unknown key"):
        _read(declared, tmp_path)


def _read(declared: object, folder: Path) -> Layout:
    path = folder / "form.yml"
    path.write_text(yaml.safe_dump(declared), "utf-8")
    return read_declaration(path, Layout)


def test_a_table_declared_twice_is_refused(tmp_path: Path) -> None:
    declared = yaml.safe_load((FOLDER / "2014.yml").read_text("utf-8"))
    declared["tables"] *= 2
    with pytest.raises(DeclarationError, match="declares a table twice"):
        _read(declared, tmp_path)


def test_one_row_may_stand_for_three_but_not_beside_them() -> None:
    requests = next(table for edition, table in _tables() if (edition, table.table) == ("30号", "requests"))
    three = {"other.not_corrected_in_time", "other.fee_unpaid", "other.other"}
    with_three = {key for key in requests.keys if key[0] != "other"}
    with_one = {key for key in requests.keys if key[0] not in three}
    assert requests.missing(with_three) == []
    assert requests.missing(with_one) == []
    lost = requests.missing({key for key in with_three if key[0] != "other.other"})
    assert {key[0] for key in lost} == {"other.other"}
    for printed in (with_three, with_one):
        # The applicants' column 其他 has the code of that row.
        assert all(requests.missing(printed - {key}) == [key] for key in printed)
