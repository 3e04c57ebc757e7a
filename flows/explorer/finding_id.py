"""The identifier of a finding: what its page's address and a decision on it are known by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_BETWEEN, _WITHIN = "\x1f", "\x1e"


def finding_id(report_id: str, check: str, table: str | None, cells: Sequence[str], message: str) -> str:
    """Return 16 hexadecimal digits that stand for a finding of a report.

    >>> finding_id("6a4e19974d8b4d91-2023", "row_total", "requests", ["granted/total"], "…")
    '21a1107d995acaa3'
    """
    text = _BETWEEN.join((report_id, check, table or "", _WITHIN.join(cells), message))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


FINDING_ID = f"""left(sha256(concat_ws(
    chr({ord(_BETWEEN)}), report_id, "check", coalesce("table", ''),
    coalesce(array_to_string(cells, chr({ord(_WITHIN)})), ''),
    message
)), 16)"""
"""The same in SQL, in terms of a finding's columns."""
