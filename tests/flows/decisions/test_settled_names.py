"""Spellings that people settled decide what a name means; a faulty line is named with its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.cli.demo import sample_portal
from flows.decisions.settled_names import SettledNames, SettledNamesError, read_settled_names, settle
from transforms.jurisdictions.agencies import Around, Settled, find_agency

HEAD = "jurisdiction,name,agency,reason,by,date\n"
DAY = date(2026, 11, 30)
LINE = Settled("CN-140522", "城管局", "阳城县城市管理局")


def test_a_name_that_fits_several_bodies_is_the_one_that_people_settled(tmp_path: Path) -> None:
    assert settle(tmp_path, LINE, "there is one bureau", "王五", DAY)
    assert not settle(tmp_path, LINE, "said again", "王五", DAY)
    names = read_settled_names(tmp_path)
    assert (tmp_path / "agencies.csv").read_text(
        "utf-8"
    ) == f"{HEAD}{','.join(LINE)},there is one bureau,王五,2026-11-30\n"
    around = Around(within="CN-140522", settled=names.lines)
    for name in ("城管局", "县城管局", "阳城县城管局", "阳城城管局", "晋城市阳城县 城管局"):
        assert find_agency(name, 2020, Around(within="CN-140522")) is None, "it fits several bodies"
        found = find_agency(name, 2020, around)
        assert found, name
        assert found.name == "阳城县城市管理局", name
    other = find_agency("沁水县城管局", 2020, around)
    assert other is None, "of another division nothing was said"


def test_a_line_holds_across_changes_of_the_divisions_code() -> None:
    around = Around(settled=(Settled("CN-371003", "城管局", "文登区城市管理局"),))
    found = {year: find_agency("文登市城管局", year, around) for year in (2012, 2020)}
    assert [one and one.jurisdiction for one in found.values()] == ["CN-371081", "CN-371003"]
    assert {one and one.body for one in found.values()} == {"城市管理局"}


def test_a_portal_gets_the_lines_of_its_own_divisions() -> None:
    names = SettledNames((LINE, Settled("CN-990101", "二局", "甲子县水务局")))
    portal = sample_portal("http://127.0.0.1:9")
    assert [line.jurisdiction for line in names.of(portal)] == ["CN-990101"]
    assert names.of(None) == names.lines


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            "name,agency\n",
            f"line 1: jurisdiction, reason, by, date is missing: the columns must be {HEAD.strip()}",
        ),
        (f"{HEAD}CN-140522,城管局,阳城县城市管理局,one\n", "line 2: 4 fields, not 6"),
        (f"{HEAD}\nCN-14,城管局,阳城县城市管理局,one,w,2026-01-31\n", "line 3: jurisdiction: CN-14 is no code"),
        (f"{HEAD}CN-140522,,阳城县城市管理局,one,w,2026-01-31\n", "line 2: name: empty"),
        (f"{HEAD}CN-140522,城管局,阳城县城市管理局,one,w,31.1.2026\n", "line 2: date: 31.1.2026 is not of the form"),
        (
            f"{HEAD}CN-140522,城管局,阳城县城市管理局,a,w,2026-01-31\nCN-140522,城管局,阳城县教育局,b,w,2026-01-31\n",
            "line 3: 城管局 is 阳城县城市管理局 by an earlier line",
        ),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, lines: str, fault: str) -> None:
    (tmp_path / "agencies.csv").write_text(lines, "utf-8")
    with pytest.raises(SettledNamesError) as error:
        read_settled_names(tmp_path)
    assert str(error.value).startswith(f"{tmp_path / 'agencies.csv'}, {fault}")


def test_what_was_settled_otherwise_is_not_overruled(tmp_path: Path) -> None:
    settle(tmp_path, LINE, "one", "王五", DAY)
    with pytest.raises(SettledNamesError, match="take it out first"):
        settle(tmp_path, LINE._replace(agency="阳城县教育局"), "two", "王五", DAY)
