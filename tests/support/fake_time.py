"""A clock that only sleeping moves."""

from __future__ import annotations


class FakeTime:
    """Stands in for `time.monotonic` and `time.sleep`; `slept` records the pauses."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
