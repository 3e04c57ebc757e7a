"""Portal files: read strictly, refused in one line that names file and key, written and read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from extractors.portals.portal import Portal, PortalError, Years, check_portals, load_portals, write_portal

NEEDED = ("id", "name", "jurisdiction", "homepage")
MINIMAL = {
    "id": "x",
    "name": "某县人民政府",
    "jurisdiction": "CN-990101",
    "homepage": "http://x.gov.cn/",
    "list_pages": ["http://x.gov.cn/nb/"],
    "dialect": "trs_static",
}


def write(folder: Path, /, file: str = "x.yml", **changes: object) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(MINIMAL | changes, allow_unicode=True), encoding="utf-8")
    return path


def test_defaults(tmp_path: Path) -> None:
    write(tmp_path, "province/x.yml")
    portal = load_portals(tmp_path)["x"]
    assert (portal.list_pages, portal.divisions, portal.delay) == (("http://x.gov.cn/nb/",), {}, 1.0)
    assert (portal.expectations, portal.verified, portal.notes) == ({}, None, "")
    assert (portal.agencies, portal.encoding, portal.tls, portal.years) == ((), None, None, Years())
    assert (2007 in portal.years, 2008 in portal.years, 2030 in portal.years) == (False, True, True)


def test_without_columns_and_dialect_the_homepage_is_searched(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(yaml.safe_dump({key: MINIMAL[key] for key in NEEDED}), encoding="utf-8")
    portal = load_portals(tmp_path)["x"]
    assert (portal.list_pages, portal.dialect) == ((), "auto")


def test_dialect_that_pages_tell_by_themselves(tmp_path: Path) -> None:
    write(tmp_path, dialect="auto")
    assert load_portals(tmp_path)["x"].dialect == "auto"


def test_every_key(tmp_path: Path) -> None:
    write(
        tmp_path,
        divisions={"甲子县": "CN-990102"},
        delay=3,
        expectations={2020: 2},
        verified=date(2025, 1, 31),
        notes="answers 412 to programs",
        agencies=["人民政府", "办公室"],
        allow_hosts=["zfxxgk.y.gov.cn", "122.137.242.24:8080"],
        years={"from": 2014, "to": 2020},
        encoding={"charset": "gb18030", "reason": "declares UTF-8 over GB 18030"},
        tls={"legacy": True, "reason": "no secure renegotiation"},
    )
    portal = load_portals(tmp_path)["x"]
    assert (portal.agencies, portal.years) == (("人民政府", "办公室"), Years.model_validate({"from": 2014, "to": 2020}))
    assert [year for year in (2013, 2014, 2020, 2021) if year in portal.years] == [2014, 2020]
    assert portal.encoding is not None
    assert portal.tls is not None
    assert (portal.encoding.charset, portal.tls.reason) == ("gb18030", "no secure renegotiation")
    assert (portal.divisions, portal.delay, portal.expectations) == ({"甲子县": "CN-990102"}, 3.0, {2020: 2})
    assert portal.verified == date(2025, 1, 31)
    assert portal.allow_hosts == ("zfxxgk.y.gov.cn", "122.137.242.24:8080")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("colums", ["http://x.gov.cn/"]),
        ("homepage", "ftp://x.gov.cn/"),
        ("homepage", "http:///nb/"),
        ("homepage", "http://user:secret@x.gov.cn/"),
        ("homepage", "http://x.gov.cn/#top"),
        ("homepage", "http://x.gov.cn:99999/"),
        ("homepage", "http://x.gov.cn/a b"),
        ("list_pages", ["http://user@x.gov.cn/nb/"]),
        ("years", {"from": 2007}),
        ("years", {"from": 2015, "to": 2014}),
        ("years", {"since": 2015}),
        ("agencies", [""]),
        ("encoding", {"charset": "gb18030"}),
        ("encoding", {"charset": "gb18030", "reason": " "}),
        ("encoding", {"charset": "latin-1", "reason": "x"}),
        ("tls", {"legacy": True, "reason": ""}),
        ("tls", {"legacy": False, "reason": "x"}),
        ("tls", {"verify": False, "reason": "x"}),
        ("expectations", {2020: 0}),
        ("list_pages", ["x.gov.cn/nb/"]),
        ("list_pages", [3]),
        ("jurisdiction", "990101"),
        ("divisions", {"甲子县": "CN-99"}),
        ("allow_hosts", "zfxxgk.y.gov.cn"),
        ("allow_hosts", ["http://zfxxgk.y.gov.cn"]),
        ("allow_hosts", ["zfxxgk.y.gov.cn/nb/"]),
        ("allow_hosts", ["Zfxxgk.y.gov.cn"]),
        ("allow_hosts", ["zfxxgk.y.gov.cn:99999"]),
        ("allow_hosts", ["zfxxgk.y.gov.cn:8O80"]),
        ("allow_hosts", ["*.gov.cn"]),
        ("allow_hosts", ["user@y.gov.cn"]),
        ("allow_hosts", [""]),
        ("allow_hosts", [8080]),
        ("dialect", "no_such_dialect"),
        ("dialect", "../session"),
        ("delay", -1),
        ("delay", "1"),
        ("id", "../x"),
        ("expectations", {"2020": 1}),
        ("verified", "yesterday"),
        ("name", None),
    ],
)
def test_fault_is_told_in_one_line_with_file_and_key(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "x.yml"
    path.write_text(yaml.safe_dump(MINIMAL | {key: value}), encoding="utf-8")
    with pytest.raises(PortalError) as caught:
        load_portals(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {key}")
    assert "\n" not in message


def test_missing_key(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("id: x\n", encoding="utf-8")
    with pytest.raises(PortalError, match=r"x\.yml: name: Field required; jurisdiction: Field required"):
        load_portals(tmp_path)


@pytest.mark.parametrize("content", [b"id: [", b"\xff\xfe\x00", b"", b"- a\n"])
def test_file_that_is_no_mapping(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.yml").write_bytes(content)
    with pytest.raises(PortalError, match=r"x\.yml: "):
        load_portals(tmp_path)


def test_file_must_be_named_after_its_id(tmp_path: Path) -> None:
    write(tmp_path, "y.yml")
    with pytest.raises(PortalError, match=r"rename it x\.yml"):
        load_portals(tmp_path)


def test_id_in_two_files_names_both(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    with pytest.raises(PortalError) as caught:
        load_portals(tmp_path / "a", tmp_path / "b")
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_own_file_stands_before_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "weihai.yml", id="weihai", list_pages=["http://x.gov.cn/nb/"])
    assert load_portals(tmp_path)["weihai"].list_pages == ("http://x.gov.cn/nb/",)
    assert load_portals()["weihai"].list_pages == ()


def test_check_names_every_fault_and_gives_the_rest(tmp_path: Path) -> None:
    good, bad, named = write(tmp_path), write(tmp_path, "y.yml", id="y", delay=-1), write(tmp_path, "z.yml")
    usable, faults = check_portals(tmp_path)
    assert usable[good].id == "x"
    assert set(usable) & {bad, named} == set()
    assert len(usable) == len(load_portals()) + 1
    first, second = sorted(map(str, faults))
    assert (first.startswith(f"{bad}: delay: "), second.startswith(f"{named}: id: ")) == (True, True)


def test_folder_that_does_not_exist_holds_no_portals(tmp_path: Path) -> None:
    assert load_portals(tmp_path / "none") == load_portals()


def test_written_file_reads_back(tmp_path: Path) -> None:
    portal = Portal.model_validate(
        MINIMAL
        | {"delay": 0.5, "divisions": {"甲子县": "CN-990102"}, "expectations": {2020: 1}, "verified": date(2025, 1, 31)}
        | {"years": {"from": 2014, "to": None}, "tls": {"legacy": True, "reason": "old"}, "agencies": ["办公室"]}
    )
    path = write_portal(portal, tmp_path / "portals")
    assert path == tmp_path / "portals" / "x.yml"
    assert "甲子县: CN-990102" in path.read_text(encoding="utf-8")
    assert load_portals(tmp_path / "portals")["x"] == portal
    write_portal(portal.model_copy(update={"delay": 2.0}), tmp_path / "portals")
    assert load_portals(tmp_path / "portals")["x"].delay == 2.0
