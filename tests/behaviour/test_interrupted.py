"""Ctrl-C ends a crawl within seconds, whatever its threads wait for; the next crawl publishes everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from extractors.portals.portal import write_portal
from tests.support.portals.county import COUNTY, County
from tests.support.processes.command import clean_environment, nianbao
from tests.support.servers.scripted import Answer
from warehouse.query.query import connect, run

LONGEST_END = 15
"""Seconds: three for threads, three for each reader, and what a loaded machine adds."""


def interrupted(folder: Path, ready: Callable[[], bool], environment: dict[str, str]) -> tuple[int, str]:
    """Exit code and messages of a crawl that gets Ctrl-C, as a terminal sends it: to all processes."""
    with subprocess.Popen(
        [sys.executable, "-m", "flows", "crawl", "jiazi", "--quiet"],
        cwd=folder,
        env=clean_environment() | environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        limit = time.monotonic() + 60
        while not ready() and time.monotonic() < limit:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        try:
            _, said = process.communicate(timeout=LONGEST_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, said


@pytest.mark.parametrize("silent", [False, True], ids=["it reads", "it waits for a server"])
def test_ctrl_c_ends_a_crawl_and_the_next_publishes_everything(county: County, tmp_path: Path, silent: bool) -> None:
    paths = [county.add(f"{COUNTY}{first}{last}局", 2021) for first in "教财民司审" for last in "育政"]
    write_portal(county.file(), tmp_path / "data" / "portals")
    environment = {
        "NIANBAO_ALLOW_PRIVATE_HOSTS": county.authority,
        "NIANBAO_READ_WORKERS": "1",
        "NIANBAO_RETRIES": "0",
    }
    over, fine = Event(), county.scripts[paths[-1]]

    def answer_late() -> Answer:
        over.wait(60)
        return Answer(status=503)

    if silent:
        county.serve(paths[-1], lambda _: answer_late())
    try:
        code, said = interrupted(tmp_path, lambda: paths[-1] in [asked.path for asked in county.requests], environment)
    finally:
        over.set()
    assert code == 130, said
    assert "Traceback" not in said
    county.serve(paths[-1], fine)
    done = nianbao("crawl", "jiazi", "--quiet", folder=tmp_path, **environment)
    assert (done.code, done.err) == (0, "")
    with connect(tmp_path / "data" / "warehouse") as connection:
        assert run(connection, "SELECT count(*) FROM reports").rows == [(len(paths),)]
