"""The command `nianbao deploy`: register the flows and their schedules with a Prefect server.

Owns the order: first the work pools that `prefect.yaml` names, then its deployments. Prefect's own command does both.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer
import yaml

FILE = Path(__file__).parents[2] / "prefect.yaml"


def deploy() -> None:
    """Create the work pool and register all deployments on the Prefect server at PREFECT_API_URL."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    start = "`prefect server start`, then export PREFECT_API_URL=http://127.0.0.1:4200/api"
    if not PREFECT_API_URL.value():
        raise OSError(f"PREFECT_API_URL is not set: {start}")
    with get_client(sync_client=True) as client:
        if trouble := client.api_healthcheck():
            raise OSError(f"no Prefect server answers at {PREFECT_API_URL.value()} ({type(trouble).__name__}): {start}")
    if not FILE.is_file():
        raise OSError(f"{FILE} is missing: deploy from a clone of the repository, whose files the worker runs")
    declared = yaml.safe_load(FILE.read_text("utf-8"))["deployments"]
    for pool in sorted({deployment["work_pool"]["name"] for deployment in declared}):
        if _prefect("work-pool", "inspect", pool, quiet=True):
            _require(_prefect("work-pool", "create", pool, "--type", "process"))
    _require(_prefect("--no-prompt", "deploy", "--all"))


def _prefect(*arguments: str, quiet: bool = False) -> int:
    """Run a command of Prefect and return its exit code."""
    output = subprocess.DEVNULL if quiet else None
    command = [sys.executable, "-m", "prefect", *arguments]
    return subprocess.run(command, cwd=FILE.parent, stdout=output, stderr=output, check=False).returncode


def _require(code: int) -> None:
    if code:
        raise typer.Exit(1)
