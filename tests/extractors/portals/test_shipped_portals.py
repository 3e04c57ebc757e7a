"""The portals that are shipped: each names a division as the lookup does, in the folder of its province.

Nothing of them is verified: a column may stand there only once a person saw it.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

import extractors.portals
from extractors.portals.portal import Portal, check_portals, load_portals
from transforms.jurisdictions.divisions import jurisdictions

FOLDER = Path(extractors.portals.__file__).parent
SHIPPED = check_portals()[0]
PROVINCES = {path.parent.name: portal for path, portal in SHIPPED.items() if path.stem == path.parent.name}
BODIES = {"development_zone": "管理委员会"}


def test_every_file_is_a_portal_with_an_id_of_its_own() -> None:
    files = {path for path in FOLDER.rglob("*.yml") if "sample" not in path.parts}
    assert check_portals()[1] == []
    assert files == set(SHIPPED)
    assert len(load_portals()) == len(files)


@pytest.mark.parametrize(("path", "portal"), SHIPPED.items(), ids=lambda value: getattr(value, "stem", ""))
def test_code_name_folder_and_homepage_agree(path: Path, portal: Portal) -> None:
    division = jurisdictions()[portal.jurisdiction]
    assert division.valid_to is None
    assert portal.name == division.name + BODIES.get(division.level, "人民政府")
    assert path.parent.parent == FOLDER
    assert PROVINCES[path.parent.name].jurisdiction[:5] == portal.jurisdiction[:5]
    assert portal.homepage.split("/")[2].endswith(".gov.cn")
    if portal.verified is None:
        assert (portal.list_pages, portal.dialect) == ((), "auto")
        assert "unverified" in portal.notes


def test_no_two_portals_stand_for_one_division_or_homepage() -> None:
    assert len({portal.jurisdiction for portal in SHIPPED.values()}) == len(SHIPPED)
    assert len({portal.homepage for portal in SHIPPED.values()}) == len(SHIPPED)


def test_provinces_prefectures_of_shandong_and_the_places_of_known_reports_are_there() -> None:
    levels: defaultdict[str, set[str]] = defaultdict(set)
    for code, division in jurisdictions().items():
        if division.valid_to is None and (division.level == "province" or division.parent == "CN-370000"):
            levels[division.level].add(code)
    provinces = levels["province"] - {"CN-710000", "CN-810000", "CN-820000"}
    assert (len(provinces), len(levels["prefecture"])) == (31, 16)
    codes = {portal.jurisdiction for portal in SHIPPED.values()}
    assert codes >= provinces | levels["prefecture"] | {"CN-371003", "CN-371071", "CN-370683"}
