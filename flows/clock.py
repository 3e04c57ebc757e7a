"""The day in China, where the reports are due, and how a length of time is printed."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Return today's date in China: a machine with its clock on UTC would begin the year eight hours late."""
    return datetime.now(CHINA).date()


def format_duration(seconds: float) -> str:
    """Return a length of time in its two largest units, rounded down.

    >>> [format_duration(seconds) for seconds in (0.7, 59.7, 185, 7_230, 93_600)]
    ['0 s', '59 s', '3 min 5 s', '2 h 0 min', '1 d 2 h']
    """
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (left, "s"))
    largest = next((at for at, (number, _) in enumerate(parts) if number), len(parts) - 1)
    return " ".join(f"{number} {unit}" for number, unit in parts[largest : largest + 2])
