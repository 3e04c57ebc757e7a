"""Turns at hosts that many workers share, on a real PostgreSQL server."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise

from sqlalchemy import NullPool, create_engine, select

from flows.ledger.rate_limit import SharedRateLimiter
from flows.ledger.tables import turns

DELAY = 0.2
"""Seconds: well above the time for which a loaded machine may leave a thread waiting, which blurs what is measured."""


def test_workers_on_one_postgresql_never_meet_at_a_host(postgres_url: str) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        workers = list(pool.map(lambda _: stack.enter_context(SharedRateLimiter(postgres_url)), range(4)))

        def take(number: int) -> float:
            workers[number % 4].take("x.cn", DELAY)
            return time.time()

        moments = sorted(pool.map(take, range(12)))
    # A turn is written before `take` returns, by a few milliseconds more or less.
    assert moments[-1] - moments[0] >= 11 * DELAY - 0.04
    assert all(later - earlier > DELAY / 5 for earlier, later in pairwise(moments))


def test_a_turn_that_the_database_kept_back_is_counted_from_when_it_is_used(postgres_url: str) -> None:
    with (
        SharedRateLimiter(postgres_url) as slow,
        SharedRateLimiter(postgres_url) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        slow.take("x.cn", 0.01)
        time.sleep(0.02)
        with create_engine(postgres_url, poolclass=NullPool).begin() as connection:
            connection.execute(select(turns).with_for_update())
            taking = pool.submit(slow.take, "x.cn", 0.4)
            time.sleep(0.6)
        taking.result()
        used = time.time()
        other.take("x.cn", 0.4)
        assert time.time() - used >= 0.4 - 0.02


def test_a_pause_holds_for_all_on_postgresql(postgres_url: str) -> None:
    with SharedRateLimiter(postgres_url) as told, SharedRateLimiter(postgres_url) as other:
        began = time.time()
        told.postpone("x.cn", 0.3)
        other.take("x.cn", 0.0)
        assert time.time() - began >= 0.3
