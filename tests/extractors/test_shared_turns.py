"""Turns at hosts that many workers share, on a real PostgreSQL server."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise

from extractors.turns import SharedTurns

DELAY = 0.05


def test_workers_on_one_postgresql_never_meet_at_a_host(postgres_url: str) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        workers = list(pool.map(lambda _: stack.enter_context(SharedTurns(postgres_url)), range(4)))

        def take(number: int) -> float:
            workers[number % 4].take("x.cn", DELAY)
            return time.time()

        moments = sorted(pool.map(take, range(24)))
    # A turn is written before `take` returns, by a few milliseconds more or less.
    assert moments[-1] - moments[0] >= 23 * DELAY - 0.04
    assert all(later - earlier > DELAY / 5 for earlier, later in pairwise(moments))


def test_a_pause_holds_for_all_on_postgresql(postgres_url: str) -> None:
    with SharedTurns(postgres_url) as told, SharedTurns(postgres_url) as other:
        began = time.time()
        told.postpone("x.cn", 0.3)
        other.take("x.cn", 0.0)
        assert time.time() - began >= 0.3
