"""A data root whose every text was written by somebody who hopes that a page, a shell or a spreadsheet runs it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from extractors.archive.quarantine import Origin, Quarantine
from flows.ledger.ledger import Ledger
from flows.settings import Settings
from tests.support.warehouse.rows import covered, disclosure, finding, report, request
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.write import publish, write_dimension
from warehouse.schema import Row
from warehouse.storage.store import open_store

MARK = "zq7"
"""Begins the names of elements and attributes that are only there if some text became markup."""
TEXTS = (
    f"<{MARK}a>年报</{MARK}a>",
    f"<script>{MARK}()</script>",
    f"</script><script {MARK}b=1>{MARK}()</script>",
    f'"><img src=x {MARK}c=1 onerror={MARK}()>',
    f"' {MARK}d=1 onmouseover='{MARK}()",
    f"--><{MARK}e><!--",
    f"</textarea></title></style><{MARK}f>",
    f"<svg onload={MARK}()><{MARK}g>",
    "'; DROP TABLE reports; --",
    "\" OR 1=1; COPY reports TO '/tmp/x",
    '=HYPERLINK("http://evil.example/","年报")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-1+1",
    "\t=1+1",
    "\x1b]0;owned\x07\x1b[31m",
    "\u202e\u2066gpj.exe",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "../../../../etc/passwd",
    "&lt;script&gt;&#60;b&#62;",
    "%00%0d%0aSet-Cookie: a=b",
    "\u0000\u2028\u2029\ufffe",
)
ADDRESSES = (
    f"javascript:{MARK}()",
    f" java\tscript:{MARK}()",
    f"data:text/html,<script>{MARK}()</script>",
    f"vbscript:{MARK}()",
    "//evil.example/a",
    "\\\\evil.example\\a",
    "file:///etc/passwd",
    f'http://evil.example/"{MARK}h=1 x=<{MARK}i>',
    f"https://evil.example/' onclick='{MARK}()",
    "http://[",
    "",
)
PLACES = ("CN-371003", "CN-371002")
_PROVINCES = [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)]
_DIVISIONS = (*(f"CN-{number}0000" for number in _PROVINCES), "CN-371000", *PLACES)
YEARS = (2019, 2021, 2023)
WHEN = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)


def make_hostile_root(root: Path) -> Settings:
    """Fill a data root: warehouse, quarantine, and a ledger with alarms."""
    warehouse = root / "warehouse"
    write_dimension(warehouse, "jurisdictions", [_jurisdiction(code, number) for number, code in enumerate(_DIVISIONS)])
    write_dimension(warehouse, "agencies", [_agency(number) for number in range(len(TEXTS))])
    numbers = iter(range(len(TEXTS) * 100))
    for place in PLACES:
        for year in YEARS:
            _publish(warehouse, Partition(place, year), [next(numbers) % len(TEXTS) for _ in range(4)])
    quarantine = Quarantine(open_store(str(root / "quarantine")))
    for number, text in enumerate(TEXTS):
        origin = Origin(source=address(number), portal="files", listed_at=address(number + 1), agency=text)
        body = f"<html><body><p>{text}</p><script>{MARK}()</script></body></html>".encode("utf-8", "replace")
        quarantine.put(body, "text/html", origin, text, WHEN)
    settings = Settings(data_root=root)
    with Ledger(settings.database) as ledger:
        alarms = [{"portal": "files", "kind": text, "reason": text} for text in TEXTS]
        ledger.runs.end(ledger.runs.begin("crawl"), {"found": 1}, alarms)
    return settings


def text(number: int) -> str:
    return TEXTS[number % len(TEXTS)]


def address(number: int) -> str:
    return ADDRESSES[number % len(ADDRESSES)]


def _jurisdiction(code: str, number: int) -> Row:
    names = {"name": text(number), "full_name": text(number + 2), "former_names": [text(number + 4)]}
    if code.endswith("0000"):
        level, parent = "province", None
    elif code.endswith("00"):
        level, parent = "prefecture", f"{code[:5]}0000"
    else:
        level, parent = "county", f"{code[:7]}00"
    return {"jurisdiction": code, "level": level, "parent": parent, "successors": None, **names}


def _agency(number: int) -> Row:
    place, name = PLACES[number % len(PLACES)], text(number)
    return {
        "agency_id": f"{number:016x}",
        "jurisdiction": place,
        "name": name,
        "kind": "department",
        "spellings": [f"{name} 2019-2023"],
    }


def _publish(warehouse: Path, partition: Partition, numbers: list[int]) -> None:
    """Publish reports of some bodies: each names a hostile text."""
    rows: dict[str, list[Row]] = {}
    for number in numbers:
        for table, own in _rows(number, f"{number:016x}-{partition.year}").items():
            rows.setdefault(table, []).extend(own)
    publish(warehouse, partition, rows)
    made = [
        covered("files", f"{number:016x}", state, reason=text(number), url=address(number), list_complete=False)
        for number, state in zip(numbers, ("published", "partial", "blocked", "failed"), strict=True)
    ]
    publish_coverage(warehouse, partition, "files", lambda _: made)


def _rows(number: int, identifier: str) -> dict[str, list[Row]]:
    said = text(number)
    named = {"title": said, "agency": said, "agency_printed": said, "url": address(number), "layout": said}
    contact = {f"contact_{part}": said for part in ("office", "address", "postcode", "phone", "email")}
    cells = ["received/total", said, "../../etc/passwd"]
    return {
        "reports": [report(identifier, agency_id=identifier.partition("-")[0], **named, **contact)],
        "requests": [
            request(identifier, raw=said, state="unreadable", value=None, implied=Decimal(3)),
            request(identifier, outcome="granted", applicant="total", raw=said),
        ],
        "disclosures": [disclosure(identifier, raw=said, unit=said)],
        "findings": [
            finding(identifier, check=check, message=said, expected=said, actual=said, cells=cells, severity=severity)
            for check, severity in (("total_equals_parts", "error"), (said, "warning"))
        ],
        "sections": [{"report_id": identifier, "position": 1, "heading": said, "section": "overview", "text": said}],
        "statements": [_statement(identifier, said)],
    }


def _statement(identifier: str, said: str) -> Row:
    return {
        "report_id": identifier,
        "position": 1,
        "section": "overview",
        "metric": "other",
        "label": said,
        "value": Decimal(1),
        "unit": said,
        "approximate": False,
        "sentence": said,
        "start": 0,
        "end": len(said),
        "method": "html",
    }
