"""What day it is, and that nobody asks the machine for it: its clock may tell UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import pytest

from flows import clock
from tests.support.paths import REPOSITORY


@pytest.mark.parametrize(("hour", "day"), [(15, date(2026, 12, 31)), (16, date(2027, 1, 1)), (23, date(2027, 1, 1))])
def test_a_year_begins_when_it_does_in_china(hour: int, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fixed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Fixed:
            return cls(2026, 12, 31, hour, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Fixed)
    assert clock.today() == day


def test_nobody_asks_the_machine_what_day_it_is() -> None:
    asking = [path.name for path in (REPOSITORY / "flows").glob("*.py") if "date.today()" in path.read_text("utf-8")]
    assert asking == []
