"""Write a small warehouse of INVENTED reports: eight provinces that do not exist, for the notebooks to compare.

Nothing in it says anything of a real body. `python docs/notebooks/simulated.py FOLDER` writes it, in a few seconds.

In truth every body withholds a part of its answers as state secrets; how large that part is differs from body to body
around the share of its province. Some bodies leave a cell blank, as real ones do, and of some years a list could not be
read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from transforms.dimension_rows import codebook_rows
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish_many, write_dimension
from warehouse.schema import Row

SHARES = {
    "甲省": 0.01,
    "乙省": 0.02,
    "丙省": 0.02,
    "丁省": 0.03,
    "戊省": 0.03,
    "己省": 0.04,
    "庚省": 0.06,
    "辛省": 0.09,
}
"""The share of state secrets among the answers of each province, in truth."""
YEARS = (2022, 2023, 2024)
_COUNTIES, _BODIES = 3, ("人民政府", "公安局", "教育局", "财政局", "自然资源局", "住房和城乡建设局")
_EVEN = 12.0
"""How alike the bodies of a province are: the larger, the more."""
_BLANK, _UNREAD = 0.08, 0.06
_PORTAL = "simulated"
_NOW = datetime(2025, 4, 1, tzinfo=UTC)


def simulate(folder: Path) -> Path:
    """Write the warehouse into a folder, always the same one, and return the folder."""
    chance = np.random.default_rng(2024)
    divisions, agencies = _divisions(), list(_agencies())
    publish_many(folder, list(_partitions(agencies, chance)))
    for code in sorted({str(agency["jurisdiction"]) for agency in agencies}):
        for year in YEARS:
            rows = _coverage([one for one in agencies if one["jurisdiction"] == code], chance)
            publish_coverage(folder, Partition(code, year), _PORTAL, _always(rows))
    write_dimension(folder, "jurisdictions", divisions)
    write_dimension(folder, "agencies", agencies)
    write_dimension(folder, "codebook", codebook_rows())
    return folder


def _divisions() -> list[Row]:
    rows: list[Row] = []
    for number, name in enumerate(SHARES, start=91):
        province = f"CN-{number}0000"
        rows.append(_division(province, name, "province", None, name))
        for county in range(1, _COUNTIES + 1):
            own = f"{'一二三'[county - 1]}县"
            rows.append(_division(f"CN-{number}01{county:02}", own, "county", province, name + own))
    return rows


def _division(code: str, name: str, level: str, parent: str | None, full_name: str) -> Row:
    unknown: Row = {"valid_from": None, "valid_to": None, "former_names": [], "successors": []}
    return {"jurisdiction": code, "name": name, "level": level, "parent": parent, "full_name": full_name, **unknown}


def _agencies() -> Iterator[Row]:
    counties = [division for division in _divisions() if division["level"] == "county"]
    for number, (division, body) in enumerate((division, body) for division in counties for body in _BODIES):
        yield {
            "agency_id": f"{number:016x}",
            "jurisdiction": division["jurisdiction"],
            "name": f"{division['full_name']}{body}",
            "kind": "government" if body == "人民政府" else "department",
            "spellings": [],
        }


def _partitions(agencies: list[Row], chance: np.random.Generator) -> Iterator[tuple[Partition, dict[str, list[Row]]]]:
    names = dict(zip((f"CN-{number}" for number in range(91, 91 + len(SHARES))), SHARES, strict=True))
    tables: dict[Partition, dict[str, list[Row]]] = {}
    for agency in agencies:
        code = str(agency["jurisdiction"])
        mean = SHARES[names[code[:5]]]
        share = chance.beta(mean * _EVEN, (1 - mean) * _EVEN)
        for year in YEARS:
            rows = tables.setdefault(Partition(code, year), {"reports": [], "requests": []})
            report = f"{agency['agency_id']}-{year}"
            rows["reports"].append(_report(report, agency, year))
            rows["requests"] += _requests(report, share, chance)
    yield from tables.items()


def _report(report_id: str, agency: Row, year: int) -> Row:
    return {
        "report_id": report_id,
        "agency_id": agency["agency_id"],
        "agency": agency["name"],
        "agency_printed": agency["name"],
        "agency_kind": agency["kind"],
        "title": f"{agency['name']}{year}年政府信息公开工作年度报告（虚构）",
        "url": f"https://example.org/invented/{report_id}.html",
        "published_on": date(year + 1, 1, 20),
        "layout": "30号",
        "status": "complete",
        "media_type": "text/html",
        "method": "markup_grid",
        "capture_sha256": "0" * 64,
        "first_seen": _NOW,
        "last_checked": _NOW,
        "last_changed": _NOW,
        "parser_version": "simulated",
    }


def _requests(report: str, share: float, chance: np.random.Generator) -> Iterator[Row]:
    """Yield the total of a report's answers, what was granted and what was withheld as a state secret."""
    total = int(chance.negative_binomial(2, 2 / 62))
    secret = int(chance.binomial(total, share))
    blank = chance.random() < _BLANK
    yield _request(report, "granted", int(chance.binomial(total - secret, 0.6)))
    yield _request(report, "refused.state_secret", None if blank else secret)
    yield _request(report, "total", total)


def _request(report: str, outcome: str, value: int | None) -> Row:
    return {
        "report_id": report,
        "outcome": outcome,
        "applicant": "total",
        "value": value,
        "raw": "" if value is None else str(value),
        "state": "blank" if value is None else "number" if value else "zero",
        "method": "markup_grid",
        "confidence": 1.0,
    }


def _always(rows: list[Row]) -> Callable[[Sequence[Row]], Sequence[Row]]:
    return lambda _: rows


def _coverage(agencies: list[Row], chance: np.random.Generator) -> list[Row]:
    """Return what the portal's list says of a year: all of it, or that it could not be read to its end."""
    whole = bool(chance.random() >= _UNREAD)
    reason = None if whole else "the list could not be read to its end"
    known: Row = {"portal": _PORTAL, "since": _NOW, "url": None, "list_complete": whole}
    listed = [{**known, "agency_id": one["agency_id"], "state": "published", "reason": None} for one in agencies]
    return [{**known, "agency_id": None, "state": "listed", "reason": reason}, *listed]


if __name__ == "__main__":
    simulate(Path(sys.argv[1]))
