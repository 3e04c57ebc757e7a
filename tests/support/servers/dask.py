"""A Dask scheduler with two workers, as processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_LONGEST = 60
_MODULES = {"scheduler": "distributed.cli.dask_scheduler", "worker": "distributed.cli.dask_worker"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """The scheduler's address, and the workers, which are never restarted."""

    address: str
    workers: Sequence[subprocess.Popen[bytes]]


@contextmanager
def dask_cluster(environment: dict[str, str], folder: Path) -> Iterator[Cluster]:
    """Two workers with two threads each, in this environment."""
    told = folder / "scheduler.json"
    with ExitStack() as stack, (folder / "dask.log").open("wb") as log:

        def start(kind: str, *arguments: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", _MODULES[kind], "--scheduler-file", str(told), *arguments]
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        workers = [start("worker", "--no-nanny", "--nthreads", "2", "--no-dashboard") for _ in range(2)]
        yield Cluster(_address(told, folder / "dask.log"), workers)


def _address(told: Path, log: Path) -> str:
    from distributed import Client

    deadline = time.monotonic() + _LONGEST
    while not told.exists():
        if time.monotonic() > deadline:
            pytest.fail(log.read_text("utf-8"))
        time.sleep(0.1)
    with Client(scheduler_file=str(told), timeout=_LONGEST) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=_LONGEST)
        address: str = client.scheduler.address
    return address
