"""The rate of a host over threads and processes, by the table of turns and by what real servers saw."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median

import pytest

from extractors.web.client import PoliteClient
from extractors.web.request import Request
from flows.ledger.ledger import Ledger
from flows.ledger.rate_limit import SharedRateLimiter
from flows.ledger.upgrade import open_upgraded
from tests.support.fake_time import FakeTime
from tests.support.paths import REPOSITORY
from tests.support.servers.scripted import Answer, ScriptedServer

WORKER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from extractors.web.request import Request
from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from flows.ledger.ledger import Ledger

database, url, delay, threads, count = sys.argv[1:]
politeness = Politeness("nianbao/test", delay=float(delay), allow_private_hosts=frozenset({url.split("//")[1]}))
with Ledger(database) as ledger, PoliteClient(politeness, rate_limiter=ledger.rate_limiter) as session:
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        answers = list(pool.map(lambda _: session.get(Request(url + "/a")).outcome, range(int(count))))
print(*answers)
"""


def _crawl(folder: Path, *, processes: int, threads: int, pages: int, delay: float) -> tuple[list[float], list[float]]:
    """When turns were taken and when requests arrived, in order, for workers on two portals of one host."""
    database = f"sqlite:///{folder}/ledger.sqlite"
    with ExitStack() as stack:
        portals = [stack.enter_context(ScriptedServer()) for _ in range(2)]
        for portal in portals:
            portal.serve("/a", Answer(body=b"page"))
        _keep_history(database, folder / "ledger.sqlite")
        workers = [
            stack.enter_context(_worker(database, portals[at % 2].url, delay, threads, pages))
            for at in range(processes)
        ]
        for worker in workers:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            assert worker.communicate()[0].split() == ["ok"] * pages
    since_1970 = time.time() - time.monotonic()
    arrived = sorted(asked.time + since_1970 for portal in portals for asked in portal.requests)
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        history = connection.execute("SELECT free_at, pause FROM history ORDER BY number").fetchall()
    # A turn that a slow database delayed is written twice, with the same pause: it counts from when it can be used.
    turns = [list(written)[-1] for _, written in groupby(history, key=lambda turn: turn[1])]
    for (free_at, _), (next_free_at, next_pause) in pairwise(turns):
        assert next_free_at - next_pause >= free_at - 1e-6
    assert all(delay <= pause <= 1.03 * delay + 1e-6 for _, pause in turns)
    return [free_at - pause for free_at, pause in turns], arrived


def _keep_history(database: str, file: Path) -> None:
    """Return the table of turns with a record of every row that was ever written to it."""
    with Ledger(database), closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE history (number INTEGER PRIMARY KEY, free_at REAL, pause REAL)")
        for event in ("INSERT", "UPDATE"):
            connection.execute(
                f"CREATE TRIGGER keep_{event} AFTER {event} ON rate_limits "
                "BEGIN INSERT INTO history (free_at, pause) VALUES (new.free_at, new.pause); END"
            )
        connection.commit()


def _worker(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *map(str, arguments)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _assert_polite(taken: list[float], arrived: list[float], delay: float) -> None:
    """As many requests came as turns were taken, none before its turn, and they came a delay apart.

    Between a turn and the arrival lie the way through the system and whatever else the machine does, so that a
    request may be late and seem close to the next. What holds on any machine: the n-th comes after the n-th turn.
    """
    assert len(arrived) == len(taken)
    assert all(came >= turn - 0.005 for turn, came in zip(taken, arrived, strict=True))
    assert median(after - before for before, after in pairwise(arrived)) >= delay - 0.005
    assert arrived[-1] - arrived[0] >= (len(arrived) - 1) * delay - 0.1


def test_rate_of_a_host_over_processes_and_threads(tmp_path: Path) -> None:
    taken, arrived = _crawl(tmp_path, processes=2, threads=4, pages=16, delay=0.05)
    assert len(arrived) == 34  # with two robots.txt
    _assert_polite(taken, arrived, 0.05)


@pytest.mark.long
def test_rate_of_eight_processes_and_that_it_is_used(tmp_path: Path) -> None:
    taken, arrived = _crawl(tmp_path, processes=8, threads=1, pages=10, delay=0.25)
    assert len(arrived) == 88  # each process reads robots.txt
    _assert_polite(taken, arrived, 0.25)
    assert taken[-1] - taken[0] <= 1.05 * 87 * 0.25


def test_eight_threads_on_two_portals_of_one_host(tmp_path: Path) -> None:
    _, arrived = _crawl(tmp_path, processes=1, threads=8, pages=16, delay=0.05)
    assert len(arrived) == 17


# What one worker is told holds for all


@contextmanager
def _turns(folder: Path, time: FakeTime, sleep: Callable[[float], None] | None = None) -> Iterator[SharedRateLimiter]:
    engine = open_upgraded(f"sqlite:///{folder}/ledger.sqlite")
    yield SharedRateLimiter(engine, time.clock, sleep or time.sleep)
    engine.dispose()


def test_pause_that_one_worker_was_told_holds_for_all(tmp_path: Path) -> None:
    time = FakeTime()
    with _turns(tmp_path, time) as told, _turns(tmp_path, time) as other:
        told.take("x.cn", 2.0)
        told.postpone("x.cn", 30.0)
        told.postpone("x.cn", 1.0)
        other.take("y.cn", 2.0)
        assert time.slept == []
        other.take("x.cn", 0.0)
        assert time.slept == [30.0]
        told.take("x.cn", 0.0)
        assert time.slept == [30.0]


def test_without_delay_nothing_is_written_and_a_pause_is_seen_all_the_same(tmp_path: Path) -> None:
    clock = FakeTime()
    with _turns(tmp_path, clock) as one, _turns(tmp_path, clock) as other:
        one.take("x.cn", 0.0)
        with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
            assert connection.execute("SELECT count(*) FROM rate_limits").fetchone() == (0,)
        other.postpone("x.cn", 30.0)
        time.sleep(1.0)
        one.take("x.cn", 0.0)
    assert clock.slept == [30.0]


def test_own_pause_is_seen_at_once(tmp_path: Path) -> None:
    clock = FakeTime()
    with _turns(tmp_path, clock) as turns:
        turns.take("x.cn", 0.0)
        turns.postpone("x.cn", 30.0)
        turns.take("x.cn", 0.0)
    assert clock.slept == [30.0]


def test_clock_that_is_set_back_does_not_stall(tmp_path: Path) -> None:
    time = FakeTime()
    time.now = 50_000.0
    with _turns(tmp_path, time) as turns:
        turns.take("x.cn", 2.0)
        time.now = 0.0
        turns.take("x.cn", 2.0)
        turns.take("x.cn", 2.0)
    assert len(time.slept) == 2
    assert all(2.0 <= slept <= 2.06 for slept in time.slept)


def test_while_one_session_waits_as_it_was_told_another_waits_too(tmp_path: Path) -> None:
    clock = FakeTime()
    others: list[str] = []
    with ScriptedServer() as server:
        server.serve("/a", Answer(status=429, headers={"Retry-After": "60"}), Answer(body=b"page"))
        server.serve("/b", Answer(body=b"page"))

        def ask_meanwhile(_: float) -> None:
            with _turns(tmp_path, clock) as turns, PoliteClient(server.politeness(), rate_limiter=turns) as other:
                others.append(other.get(Request(server.url + "/b")).outcome)

        with (
            _turns(tmp_path, clock, ask_meanwhile) as turns,
            PoliteClient(server.politeness(total_time=90.0), rate_limiter=turns) as session,
        ):
            assert session.get(Request(server.url + "/a")).outcome == "ok"
    assert clock.slept == pytest.approx([60.0], abs=0.1)
    assert others == ["ok"]
    assert server.targets() == ["/a", "/b", "/a"]
