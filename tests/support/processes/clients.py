"""Other tools' commands as processes: from this environment, or from `.venv-clients`, which `make` makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY
from tests.support.processes.command import LONGEST, Done, clean_environment

OURS = Path(sys.executable).parent
THEIRS = REPOSITORY / ".venv-clients" / "bin"


def client_command(name: str) -> Path:
    """Return the path of a client's command; skip the test where it is not installed."""
    for folder in (OURS, THEIRS):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} is not installed: `make test` does it")


def run_client(name: str, *arguments: str | Path, folder: Path, stdin: str = "") -> Done:
    """Run a client's command in `folder`, with wide lines where it prints tables."""
    finished = subprocess.run(
        [client_command(name), *map(str, arguments)],
        cwd=folder,
        env=clean_environment() | {"COLUMNS": "200", "NO_COLOR": "1"},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    return Done(finished.returncode, finished.stdout, finished.stderr)
