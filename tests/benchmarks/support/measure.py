"""Timing of one thing against another, of whole processes too, and what memory a long one takes.

Owns the way to measure: the median of several rounds, alternating, so that a busy machine hurts both alike.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROUNDS = 5


class Cost(NamedTuple):
    """What a process and its children took: seconds of wall time and of CPU, and the peak megabytes of the largest."""

    wall: float
    cpu: float
    megabytes: float


def compare(
    name: str, ours: Callable[[], object], baseline: Callable[[], object], against: str, rounds: int = ROUNDS
) -> float:
    """Print and return ours ÷ baseline by wall time: the median of the rounds' ratios."""
    return _compare(name, lambda: seconds(ours), lambda: seconds(baseline), against, rounds)


def compare_cpu(
    name: str, ours: Sequence[str], baseline: Sequence[str], against: str, env: Mapping[str, str], rounds: int = ROUNDS
) -> float:
    """Print and return ours ÷ baseline by the CPU time of whole processes: the median of the rounds' ratios."""
    return _compare(name, lambda: process(ours, env).cpu, lambda: process(baseline, env).cpu, against, rounds)


def _compare(name: str, ours: Callable[[], float], baseline: Callable[[], float], against: str, rounds: int) -> float:
    pairs = [(baseline(), ours()) for _ in range(rounds)]
    ratio = median(one / other for other, one in pairs)
    theirs, own = (median(times) * 1000 for times in zip(*pairs, strict=True))
    print(f"{name:34}{own:10.1f} ms   {ratio:6.2f} × {against} ({theirs:.1f} ms)")  # noqa: T201
    return ratio


def seconds(call: Callable[[], object]) -> float:
    """Return the wall time of a call. What others have left for the disk is written before: it is not its debt."""
    os.sync()
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def process(command: Sequence[str], env: Mapping[str, str]) -> Cost:
    """Run a command with these variables added to the environment. Raises CalledProcessError if it fails."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **env}) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


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
