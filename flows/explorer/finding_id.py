"""The identifier of a finding: what its page's address and a decision on it are known by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence


def finding_id(report_id: str, check: str, table: str | None, cells: Sequence[str], message: str) -> str:
    """Return 16 hexadecimal digits that stand for a finding of a report.

    >>> finding_id("6a4e19974d8b4d91-2023", "row_total", "requests", ["granted/total"], "…")
    '6118e23e0e0fc5d7'
    """
    text = json.dumps([report_id, check, table, list(cells), message], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
