"""Dates as Chinese pages print them: 2026-02-11, 2026/2/11, 2026.2.11, 2026年2月11日."""

from __future__ import annotations

import re
from datetime import date

# Digits may not continue: index numbers such as 2026-02-00018 look like dates (PORTALS §4).
PRINTED_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")


def printed_date(text: str) -> date | None:
    """Return the first date in a text; None if it contains none, or a number that only looks like one.

    >>> printed_date("发布日期：2026/2/11 09:30"), printed_date("索引号 2026-02-00018"), printed_date("2021-13-45")
    (datetime.date(2026, 2, 11), None, None)
    """
    printed = PRINTED_DATE.search(text)
    if printed is None:
        return None
    try:
        return date(*map(int, printed.groups()))
    except ValueError:
        return None
