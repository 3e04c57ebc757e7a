"""How an answer of the product differs from what a case expects: only what the case names is compared.

`tests/cases/README.md` lists the names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FIGURES = ("disclosures", "requests", "proceedings", "indicators")
_NO_KEYS = {"value", "state", "implied", "unit", "raw", "table"}
_REPORT_KEYS = {
    "report",
    "only",
    "errors",
    "absent",
    "findings",
    "no_findings",
    "statements",
    "no_statements",
    "sections",
    "refused",
}

Row = Mapping[str, Any]


def list_differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Compare a list page: its entries in their order, and the addresses of further pages by number."""
    wrong = list(_unknown(expected, {"url", "dialect", "entries", "next_pages"}))
    for number, (have, want) in enumerate(_pairs(found["entries"], expected.get("entries"))):
        if have is None or want is None or not _fits(have, want):
            wrong.append(f"entry {number}: expected {_short(want)}, found {_short(have)}")
    for number, urls in expected.get("next_pages", {}).items():
        if found["next_pages"].get(number) != urls:
            wrong.append(f"page {number}: expected {urls}, found {found['next_pages'].get(number)}")
    return wrong


def document_differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Compare evidence: lines and grids in their order, what a page says of itself, or why it cannot be read."""
    wrong = list(_unknown(expected, {"parts", "metadata", "unreadable"}))
    if "unreadable" in expected:
        reason = found.get("unreadable")
        return [*wrong, *([] if reason and expected["unreadable"] in reason else [f"unreadable: found {reason}"])]
    if "unreadable" in found:
        return [f"unreadable: {found['unreadable']}"]
    for number, (have, want) in enumerate(_pairs(found["parts"], expected.get("parts"))):
        if have != want:
            wrong.append(f"part {number}: expected {_short(want)}, found {_short(have)}")
    for name, want in expected.get("metadata", {}).items():
        if found["metadata"].get(name) != want:
            wrong.append(f"metadata {name}: expected {want}, found {found['metadata'].get(name)}")
    return wrong


def report_differences(found: Sequence[Row] | str, expected: Mapping[str, Any]) -> list[str]:
    """Compare the one report in a file, or the reason for which the file is refused."""
    wrong = list(_unknown(expected, {*_REPORT_KEYS, *FIGURES}))
    if "refused" in expected:
        is_right = isinstance(found, str) and expected["refused"] in found
        return [*wrong, *([] if is_right else [f"refused: expected {expected['refused']!r}, found {_short(found)}"])]
    if isinstance(found, str):
        return [f"refused: {found}"]
    if len(found) != 1:
        return [f"expected one report, found {len(found)}"]
    (report,) = found
    return [
        *wrong,
        *_head(report["report"], expected.get("report", {})),
        *_figures(report, expected),
        *_rows(report["findings"], expected, "findings"),
        *_errors(report["findings"], expected.get("errors")),
        *_rows(report["statements"], expected, "statements"),
        *_chapters(report.get("sections", ()), expected.get("sections")),
    ]


def _unknown(expected: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    """Name keys that nothing compares: a misspelt one would pass in silence."""
    for key in sorted(set(expected) - known):
        yield f"expected.json: {key} is not compared here (compared: {', '.join(sorted(known))})"


def _pairs(found: Sequence[Any], expected: Sequence[Any] | None) -> Iterator[tuple[Any, Any]]:
    if expected is not None:
        for at in range(max(len(found), len(expected))):
            yield (found[at] if at < len(found) else None), (expected[at] if at < len(expected) else None)


def _head(report: Row, expected: Row) -> Iterator[str]:
    for column, want in expected.items():
        if (report.get(column) or None) != (want or None):
            yield f"report {column}: expected {want}, found {report.get(column)}"


def _figures(report: Row, expected: Mapping[str, Any]) -> Iterator[str]:
    for table in FIGURES:
        for want in expected.get(table, []):
            found = [row for row in report[table] if _fits(row, _keys(want))]
            for column in sorted(set(want) & _NO_KEYS):
                values = [row[column] for row in found] or [None]
                if want[column] not in values:
                    yield f"{table} {_short(_keys(want))}: expected {column} {want[column]}, found {values[0]}"
    yield from _others(report, expected)
    for want in expected.get("absent", []):
        for row in report[want["table"]]:
            if _fits(row, _keys(want)) and row["value"] is not None:
                yield f"{want['table']} {_short(_keys(want))}: expected no value, found {row['value']}"


def _others(report: Row, expected: Mapping[str, Any]) -> Iterator[str]:
    """Name figures of the tables in `only` that the case does not list, or that the report has twice."""
    for table in expected.get("only", []):
        unseen = [_keys(want) for want in expected.get(table, [])]
        for row in report[table]:
            keys = next((keys for keys in unseen if _fits(row, keys)), None)
            if keys is not None:
                unseen.remove(keys)
            elif row["value"] is not None:
                yield f"{table}: expected no other figures, found {_short(row)}"


def _rows(rows: Sequence[Row], expected: Mapping[str, Any], name: str) -> Iterator[str]:
    for want in expected.get(name, []):
        if not any(_fits(row, want) for row in rows):
            yield f"{name}: expected {_short(want)}, found none of {len(rows)} like it"
    for want in expected.get(f"no_{name}", []):
        for row in rows:
            if _fits(row, want):
                yield f"{name}: expected none like {_short(want)}, found {_short(row)}"


def _chapters(rows: Sequence[Row], expected: Sequence[Row] | None) -> Iterator[str]:
    """Compare all chapters in their order; what precedes the first heading is none."""
    found = [row for row in rows if row["position"]]
    for number, (have, want) in enumerate(_pairs(found, expected), start=1):
        if have is None or want is None or not _fits(have, want):
            yield f"chapter {number}: expected {_short(want)}, found {_short(have)}"


def _errors(findings: Sequence[Row], expected: Sequence[str] | None) -> Iterator[str]:
    found = sorted({row["check"] for row in findings if row["severity"] == "error"})
    if expected is not None and found != sorted(expected):
        yield f"errors: expected {expected}, found {found}"


def _keys(want: Row) -> dict[str, Any]:
    return {key: value for key, value in want.items() if key not in _NO_KEYS}


def _fits(row: Row, want: Row) -> bool:
    """Return whether a row has each wanted value; lists are compared without their order, `says` with the message."""
    return all(
        value in str(row["message"]) if key == "says" else _plain(row.get(key)) == _plain(value)
        for key, value in want.items()
    )


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:200]
