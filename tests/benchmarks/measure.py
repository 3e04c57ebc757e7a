"""Timing of one thing against another, and what memory a long one takes.

Owns the way to measure: the best of several rounds, alternating, so that a busy machine hurts both alike.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 5


def compare(
    name: str, ours: Callable[[], object], baseline: Callable[[], object], against: str, rounds: int = ROUNDS
) -> float:
    """Print and return ours ÷ baseline by the best of some rounds each."""
    best = {ours: float("inf"), baseline: float("inf")}
    for _ in range(rounds):
        for call in (baseline, ours):
            # What the one has left for the disk must not be waited for by the other.
            os.sync()
            began = time.perf_counter()
            call()
            best[call] = min(best[call], time.perf_counter() - began)
    ratio = best[ours] / best[baseline]
    print(f"{name:34}{best[ours] * 1000:10.1f} ms   {ratio:6.2f} × {against} ({best[baseline] * 1000:.1f} ms)")  # noqa: T201
    return ratio


class Memory:
    """Resident memory of this process, sampled while something long runs."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._done = 0
        self._seen: list[float] = []

    def look(self) -> None:
        """One more step is done; some hundred steps are looked at."""
        self._done += 1
        if self._done % max(self._steps // 200, 1) == 0:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._seen.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)

    def tell(self, name: str) -> None:
        """Print the most that was seen in the second tenth of the steps, and in the last."""
        tenth = len(self._seen) // 10
        early, late = max(self._seen[tenth : 2 * tenth]), max(self._seen[-tenth:])
        print(f"{f'memory of {name}':34}{late:10.0f} MB   {late / early:6.2f} × after a fifth ({early:.0f} MB)")  # noqa: T201
