"""A small warehouse with hand-made answers to every example question."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.support.warehouse.rows import covered, disclosure, finding, report, request
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.schema import Row

WEIHAI, WENDENG = "CN-371000", "CN-371003"

ANSWERS: dict[int, list[tuple[object, ...]]] = {
    1: [
        ("山东省", "county", 2022, 1, 20),
        ("山东省", "county", 2024, 1, None),
        ("山东省", "prefecture", 2023, 1, 100),
        ("山东省", "prefecture", 2024, 1, 50),
    ],
    2: [
        (2022, "refused.state_secret", 0, 0, None),
        (2023, "refused.state_secret", 9, 90, 10.0),
        (2024, "refused.state_secret", 7, 67, 700 / 67),
        (2024, "refused.third_party_rights", 3, 67, 300 / 67),
    ],
    3: [
        (2023, "litigation_direct", None, None, None),
        (2023, "reconsideration", 1, 4, 25.0),
        (2024, "litigation_after_reconsideration", 0, 0, None),
    ],
    4: [
        (2022, "legal_service", 10, 50.0),
        (2022, "natural_person", 10, 50.0),
        (2023, "business", 40, 40.0),
        (2023, "natural_person", 60, 60.0),
        (2024, "natural_person", 57, 100.0),
    ],
    5: [("CN-370000", "province", "山东省"), ("CN-371002", "county", "山东省威海市环翠区")],
    6: [(WENDENG, "文登区人民政府", 2022, 2024, 1)],
    7: [(2024, WENDENG, "文登区人民政府", 2, "一 + 二 is 5")],
    8: [(2024, WEIHAI, "威海市人民政府", 10, 8)],
    9: [(2022, 1, 0, 0.0), (2023, 1, 0, 0.0), (2024, 2, 2, 100.0)],
    10: [(2024, "licence", 1, Decimal(1000)), (2024, "penalty", 1, Decimal(20))],
    11: [
        ("CN-371002", "山东省威海市环翠区", "no portal", None, None),
        (WENDENG, "山东省威海市文登区", "not_published", "weihai", None),
        (WENDENG, "山东省威海市文登区", "blocked", "wendeng", "HTTP 412"),
    ],
}
"""Number of the question → its rows, in its order."""


def publish_examples(root: Path) -> None:
    """Fill a warehouse."""
    write_dimension(root, "jurisdictions", _jurisdictions())
    write_dimension(root, "agencies", _agencies())
    publish(root, Partition(WEIHAI, 2023), _weihai_2023())
    publish(root, Partition(WEIHAI, 2024), _weihai_2024())
    publish(root, Partition(WENDENG, 2022), _wendeng_2022())
    publish(root, Partition(WENDENG, 2024), _wendeng_2024())
    for portal, rows in _wendeng_2023().items():
        publish_coverage(root, Partition(WENDENG, 2023), portal, lambda _, rows=rows: rows)  # type: ignore[misc]


def _jurisdictions() -> list[Row]:
    rows = [
        ("CN-320000", "江苏省", "province", None, "江苏省", None),
        ("CN-320100", "南京市", "prefecture", "CN-320000", "江苏省南京市", None),
        ("CN-370000", "山东省", "province", None, "山东省", None),
        (WEIHAI, "威海市", "prefecture", "CN-370000", "山东省威海市", None),
        ("CN-371002", "环翠区", "county", WEIHAI, "山东省威海市环翠区", None),
        (WENDENG, "文登区", "county", WEIHAI, "山东省威海市文登区", None),
        ("CN-371081", "文登市", "county", WEIHAI, "山东省威海市文登市", 2013),
    ]
    names = ("jurisdiction", "name", "level", "parent", "full_name", "valid_to")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _government(report_id: str, agency: str, published_on: date | None) -> Row:
    return report(report_id, agency=agency, agency_kind="government", published_on=published_on)


def _requests(report_id: str, **values: int | None) -> list[Row]:
    """Figures of table 三 by outcome and applicant, joined by __; `refused` stands for one ground."""
    codes = {name: name.replace("refused_", "refused.").split("__") for name in values}
    return [request(report_id, *codes[name], value=value) for name, value in values.items()]


def _proceeding(report_id: str, channel: str, result: str, value: int) -> Row:
    figure = {name: cell for name, cell in request(report_id).items() if name not in ("outcome", "applicant")}
    return {**figure, "channel": channel, "result": result, "value": value}


def _decisions(report_id: str, article: str, item: str, value: int) -> Row:
    return disclosure(report_id, article=article, item=item, measure="decisions", value=Decimal(value))


def _weihai_2023() -> dict[str, list[Row]]:
    return {
        "reports": [_government("w23", "威海市人民政府", date(2024, 3, 31))],
        "requests": _requests(
            "w23",
            received__total=100,
            received__natural_person=60,
            received__business=40,
            total__total=90,
            refused_state_secret__total=9,
            refused_state_secret__natural_person=9,
            carried_out__total=10,
        ),
        "proceedings": [
            _proceeding("w23", "reconsideration", "upheld", 3),
            _proceeding("w23", "reconsideration", "corrected", 1),
            _proceeding("w23", "reconsideration", "other", 0),
            _proceeding("w23", "reconsideration", "pending", 5),
            _proceeding("w23", "reconsideration", "total", 9),
            _proceeding("w23", "litigation_direct", "pending", 2),
        ],
        "disclosures": [disclosure("w23", article="20(9)", item="procurement", measure="procurement_count")],
    }


def _weihai_2024() -> dict[str, list[Row]]:
    return {
        "reports": [_government("w24", "威海市人民政府", date(2025, 4, 1))],
        "requests": _requests(
            "w24",
            received__total=50,
            received__natural_person=50,
            total__total=60,
            refused_state_secret__total=6,
            refused_third_party_rights__total=3,
            carried_in__total=8,
        ),
        "proceedings": [
            _proceeding("w24", "litigation_after_reconsideration", "upheld", 0),
            _proceeding("w24", "litigation_after_reconsideration", "corrected", 0),
        ],
        "disclosures": [_decisions("w24", "20(5)", "licence", 1000), _decisions("w24", "20(6)", "penalty", 20)],
        "findings": [finding("w24", check="disclosed_over_total", severity="warning")],
    }


def _wendeng_2022() -> dict[str, list[Row]]:
    return {
        "reports": [_government("h22", "文登区人民政府", date(2023, 1, 10))],
        "requests": _requests(
            "h22",
            received__total=20,
            received__natural_person=10,
            received__legal_service=10,
            total__total=0,
            refused_state_secret__total=0,
            carried_out__total=5,
        ),
    }


def _wendeng_2024() -> dict[str, list[Row]]:
    """Return the rows of the government, and of a department of it."""
    education = report("d24", agency="文登区教育局", agency_kind="department", published_on=date(2026, 1, 2))
    return {
        "reports": [_government("h24", "文登区人民政府", None), education],
        "requests": [
            *_requests("h24", received__total=None, carried_in__total=9),
            *_requests(
                "d24", received__total=7, received__natural_person=7, total__total=7, refused_state_secret__total=1
            ),
        ],
        "disclosures": [_decisions("d24", "20(5)", "licence", 5)],
        "findings": [
            finding("h24", check="row_total", message="总计 prints 1"),
            finding("h24", check="balance", message="一 + 二 is 5"),
            finding("d24", check="unreadable_cell", message="the cell prints ?"),
        ],
    }


def _wendeng_2023() -> dict[str, list[Row]]:
    """Return what two portals have of a year: the government's report at neither, and that of a department."""
    return {
        "weihai": [covered("weihai", None), covered("weihai", "h", "not_published"), covered("weihai", "d")],
        "wendeng": [
            covered("wendeng", None, "blocked"),
            covered("wendeng", "h", "blocked", reason="HTTP 412"),
            covered("wendeng", "d", "quarantined", reason="no year"),
        ],
    }


def _agencies() -> list[Row]:
    bodies = [("h", "文登区人民政府", "government"), ("d", "文登区教育局", "department")]
    names = ("agency_id", "name", "kind")
    return [dict(zip(names, body, strict=True)) | {"jurisdiction": WENDENG, "spellings": []} for body in bodies]
