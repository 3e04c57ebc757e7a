"""A backfill that is killed again and again ends as one that was not, and asks no server for anything twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pytest

from flows.settings import Settings
from tests.support.paths import REPOSITORY
from tests.support.portals.counties import Counties, repeated, serve_counties
from tests.support.processes import backfill
from tests.support.processes.command import clean_environment
from tests.support.warehouse.contents import contents_of, ledger_of
from tests.support.warehouse.place import Place


@dataclass(frozen=True, slots=True)
class Starts:
    """What was asked in each start of a plan, portal by portal, and which answers were kept when it was killed."""

    asked: list[list[list[str]]] = field(default_factory=list)
    kept: list[set[str]] = field(default_factory=list)


@contextmanager
def ready(place: Place, counties: Counties, last: int) -> Iterator[subprocess.Popen[str]]:
    """Return a process that has imported everything and begins when a line is written to it."""
    environment = {"NIANBAO_DATA_ROOT": str(place.settings.data_root), **counties.environment}
    with subprocess.Popen(
        [sys.executable, "-m", backfill.__name__, str(last)],
        cwd=REPOSITORY,
        env=clean_environment() | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def finished(place: Place, counties: Counties, last: int) -> list[str]:
    """Return the failures of a backfill that nobody kills."""
    environment = {"NIANBAO_DATA_ROOT": str(place.settings.data_root), **counties.environment}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        return backfill.fill(last)


def empty_place(root: Path, counties: Counties) -> Place:
    counties.write_files(root)
    return Place(counties.portals[0], Settings(data_root=root))


def kept(place: Place) -> set[str]:
    """Return the requests whose answers are kept."""
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return (
            {key for (key,) in connection.execute("SELECT key FROM saved_responses")}
            if "saved_responses" in known
            else set()
        )


def killed_again_and_again(place: Place, counties: Counties, last: int, moments: Sequence[tuple[int, float]]) -> Starts:
    """Start the backfill and kill it at each moment: so many requests over all starts, then so many seconds."""
    starts, before = Starts(), 0
    for requests, seconds in moments:
        with ready(place, counties, last) as process:
            start(process)
            limit = time.monotonic() + 60
            while before + counties.count() < requests and process.poll() is None and time.monotonic() < limit:
                time.sleep(0.002)
            time.sleep(seconds)
            assert process.poll() is None, "it ended before it could be killed"
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        time.sleep(0.05)  # a request that was sent may still be on its way into the server's log
        starts.asked.append(counties.asked())
        starts.kept.append(kept(place))
        before += sum(map(len, starts.asked[-1]))
    return starts


def assert_asked_once(starts: Starts) -> None:
    """No start asks twice, nor for what a former one kept; what was not kept was on its way when the process died."""
    for number, asked in enumerate(starts.asked):
        assert [repeated(portal) for portal in asked] == [set()] * len(asked)
        known = starts.kept[number - 1] if number else set()
        assert set(chain.from_iterable(asked)) & known == set()
        for portal in asked:
            assert set(portal[:-1]) <= starts.kept[number]


def run(tmp_path: Path, counties: Counties, last: int, kills: int, seed: str) -> None:
    """Return the whole comparison: uninterrupted in one place, killed in another, then a second backfill there."""
    whole = empty_place(tmp_path / "whole", counties)
    failures = finished(whole, counties, last)
    asked = list(chain.from_iterable(counties.asked()))
    assert repeated(asked) == set()
    chance = random.Random(seed)
    thresholds = sorted(chance.randrange(1, int(0.85 * len(asked))) for _ in range(kills))
    moments = [(threshold, chance.uniform(0, 0.1)) for threshold in thresholds]

    place = empty_place(tmp_path / "killed", counties)
    starts = killed_again_and_again(place, counties, last, moments)
    assert finished(place, counties, last) == failures
    starts.asked.append(counties.asked())
    starts.kept.append(set(chain.from_iterable(starts.asked[-1])))
    assert_asked_once(starts)
    in_all = list(chain.from_iterable(chain.from_iterable(starts.asked)))
    assert set(in_all) == set(asked)
    assert len(in_all) - len(asked) <= kills * len(counties.servers)
    assert contents_of(place) == contents_of(whole)
    assert ledger_of(place) == ledger_of(whole)
    assert kept(place) == set()


def test_killed_backfill_asks_for_nothing_twice(tmp_path: Path) -> None:
    with serve_counties(2, range(backfill.FIRST, 2021)) as counties:
        run(tmp_path, counties, 2020, 2, "few")


@pytest.mark.long
def test_backfill_of_seven_years_of_six_portals_killed_twenty_times(tmp_path: Path) -> None:
    with serve_counties(6, range(backfill.FIRST, 2025)) as counties:
        run(tmp_path, counties, 2024, 20, "many")
