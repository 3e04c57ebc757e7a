"""A Prefect server and its workers, as processes of their own, started by the commands that docs/operate.md gives."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import REPOSITORY
from tests.support.processes.command import clean_environment

LONGEST_START = 120
LONGEST_RUN = 240
LONGEST_END = 15


@dataclass(frozen=True, slots=True)
class Server:
    """A Prefect server of our own; `environment` is that of its clients."""

    api: str
    environment: dict[str, str]
    home: Path

    def ask(self, path: str, **body: object) -> Any:
        """Return what the server answers, to POST if there is a body; a busy one (503) is asked again."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"{self.api}/{path}", data, {"Content-Type": "application/json"})
        for patience in (1, 2, 4, 8, 0):
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE or not patience:
                    raise
                time.sleep(patience)
        return None

    def deployment(self, flow: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(f"deployments/name/{flow}/{name}")
        return found

    def command(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of nianbao or Prefect."""
        return subprocess.run(
            shlex.split(command),
            cwd=REPOSITORY,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=LONGEST_START,
            check=False,
        )

    def run(self, flow: str, **parameters: object) -> str:
        """Start a run of a deployment that is due now; return its id."""
        deployment = self.deployment(flow, flow)["id"]
        run_id: str = self.ask(f"deployments/{deployment}/create_flow_run", parameters=parameters)["id"]
        return run_id

    def wait_for(self, run_id: str) -> dict[str, Any]:
        """Return the run when it has ended."""
        deadline = time.monotonic() + LONGEST_RUN
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.ask(f"flow_runs/{run_id}")
            if found["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
                return found
            time.sleep(0.5)
        pytest.fail(f"the run has not ended: {found['state']}; {(self.home / 'worker.log').read_text('utf-8')}")

    @contextmanager
    def worker(self, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a worker of the pool, whose flows see these settings."""
        *_, command = commands("Every night")
        settings = self.environment | environment | {"PREFECT_WORKER_QUERY_SECONDS": "1"}
        with (
            (self.home / "worker.log").open("ab") as log,
            subprocess.Popen(shlex.split(command), cwd=REPOSITORY, env=settings, stdout=log, stderr=log) as process,
        ):
            try:
                yield process
            finally:
                _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a worker. On a loaded machine, Prefect 3.8 was seen to lose the signal and to keep taking runs."""
    process.terminate()
    try:
        process.wait(LONGEST_END)
    except subprocess.TimeoutExpired:
        process.kill()


def commands(section: str) -> list[str]:
    """Return the lines of the first block of commands in a section of docs/operate.md."""
    text = (REPOSITORY / "docs" / "operate.md").read_text("utf-8").partition(f"\n## {section}\n")[2]
    return text.partition("```sh\n")[2].partition("```")[0].splitlines()


@contextmanager
def prefect_server(home: Path) -> Iterator[Server]:
    """Start a server whose database lies in `home`."""
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = clean_environment() | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    command, *_ = commands("Every night")
    with (
        (home / "server.log").open("wb") as log,
        subprocess.Popen(shlex.split(command), cwd=REPOSITORY, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_until_healthy(api, process, home / "server.log")
            yield Server(api, environment, home)
        finally:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(api: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=5) as response:
                assert response.status == 200
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"no server within {LONGEST_START} s: {log.read_text('utf-8')}")
