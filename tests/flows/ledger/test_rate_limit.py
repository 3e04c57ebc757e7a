"""Turns at hosts that many workers share, on a real PostgreSQL server."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise

from sqlalchemy import NullPool, create_engine, select

from flows.ledger.ledger import Ledger
from flows.ledger.tables import rate_limits

DELAY = 0.2
"""Seconds: well above the time for which a loaded machine may leave a thread waiting, which blurs what is measured."""


def test_workers_on_one_postgresql_never_meet_at_a_host(postgres_url: str) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        workers = list(pool.map(lambda _: stack.enter_context(Ledger(postgres_url)), range(4)))

        def take(number: int) -> float:
            workers[number % 4].rate_limiter.take("x.cn", DELAY)
            return time.time()

        moments = sorted(pool.map(take, range(12)))
    # A turn is written before `take` returns, by a few milliseconds more or less.
    assert moments[-1] - moments[0] >= 11 * DELAY - 0.04
    assert all(later - earlier > DELAY / 5 for earlier, later in pairwise(moments))


def test_a_turn_that_a_slow_database_delays_counts_from_when_it_is_used(postgres_url: str) -> None:
    with (
        Ledger(postgres_url) as slow,
        Ledger(postgres_url) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        slow.rate_limiter.take("x.cn", 0.01)
        time.sleep(0.02)
        with create_engine(postgres_url, poolclass=NullPool).begin() as connection:
            connection.execute(select(rate_limits).with_for_update())
            taking = pool.submit(slow.rate_limiter.take, "x.cn", 0.4)
            time.sleep(0.6)
        taking.result()
        used = time.time()
        other.rate_limiter.take("x.cn", 0.4)
        assert time.time() - used >= 0.4 - 0.02


def test_a_pause_holds_for_all_on_postgresql(postgres_url: str) -> None:
    with Ledger(postgres_url) as first, Ledger(postgres_url) as other:
        began = time.time()
        first.rate_limiter.postpone("x.cn", 0.3)
        other.rate_limiter.take("x.cn", 0.0)
        assert time.time() - began >= 0.3
