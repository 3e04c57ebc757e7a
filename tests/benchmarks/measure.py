"""Timing of one thing against another.

Owns the way to measure: the best of several rounds, alternating, so that a busy machine hurts both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 5


def compare(name: str, ours: Callable[[], object], baseline: Callable[[], object], against: str) -> float:
    """Prints and returns ours ÷ baseline by the best of ROUNDS rounds each."""
    best = {ours: float("inf"), baseline: float("inf")}
    for _ in range(ROUNDS):
        for call in (baseline, ours):
            began = time.perf_counter()
            call()
            best[call] = min(best[call], time.perf_counter() - began)
    ratio = best[ours] / best[baseline]
    print(f"{name:34}{best[ours] * 1000:10.1f} ms   {ratio:6.2f} × {against} ({best[baseline] * 1000:.1f} ms)")  # noqa: T201
    return ratio
