"""Turns at a host under threads, and what counts as one site."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from extractors.hosts import same_site
from extractors.web.rate_limit import LocalRateLimiter


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.x.gov.cn/a", "https://www.x.gov.cn/b", True),
        ("http://www.x.gov.cn/a", "http://zwgk.x.gov.cn:8080/b", True),
        ("http://www.x.gov.cn/a", "http://www.y.gov.cn/a", False),
        ("http://www.x.gov.cn/a", "http://x.gov.cn.evil.com/a", False),
        ("http://122.137.242.24:8080/a", "http://122.137.242.25:8080/a", False),
        ("http://[::1", "http://[::1", False),
    ],
)
def test_same_site(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


def test_turns_of_many_threads_are_a_delay_apart() -> None:
    lock, waits = threading.Lock(), []

    def sleep(seconds: float) -> None:
        with lock:
            waits.append(seconds)

    turns = LocalRateLimiter(lambda: 100.0, sleep)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: turns.take("x.cn", 2.0), range(20)))
        turns.take("y.cn", 2.0)
    assert sorted(waits) == [2.0 * turn for turn in range(1, 20)]


def test_postponed_host_waits_and_others_do_not() -> None:
    waits: list[float] = []
    turns = LocalRateLimiter(lambda: 100.0, waits.append)
    turns.postpone("x.cn", 30.0)
    turns.take("y.cn", 0.0)
    turns.take("x.cn", 0.0)
    assert waits == [30.0]
