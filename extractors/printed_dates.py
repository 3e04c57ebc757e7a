"""Dates as Chinese pages print them: 2026-02-11, 2026/2/11, 2026.2.11, 2026年2月11日."""

from __future__ import annotations

import re
from datetime import date

# Digits may not continue: index numbers such as 2026-02-00018 look like dates (PORTALS §4).
PRINTED_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")


def printed_date(text: str) -> date | None:
    """Return the first date in a text; None if it contains none. Numbers that only look like one are passed over.

    >>> printed_date("电话 0531-12-1，发布日期：2026/2/11 09:30"), printed_date("2021-13-45 2021-03-25")
    (datetime.date(2026, 2, 11), datetime.date(2021, 3, 25))
    >>> printed_date("索引号 2026-02-00018") is None
    True
    """
    return next(filter(None, map(_as_date, PRINTED_DATE.finditer(text))), None)


def _as_date(printed: re.Match[str]) -> date | None:
    """Return the date that three numbers are; None if the calendar has no such day."""
    try:
        return date(*map(int, printed.groups()))
    except ValueError:
        return None
