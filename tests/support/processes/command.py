"""The `nianbao` command as a process of its own, as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LONGEST = 240
"""Seconds; the first start of Prefect alone takes up to 30 on a busy machine."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def error_lines(self) -> list[str]:
        return self.err.splitlines()


def nianbao(*arguments: str | Path, folder: Path, stdin: str = "", **environment: str) -> Done:
    """Run the command in `folder`, with nothing of the surroundings set but `environment`."""
    finished = subprocess.run(
        [sys.executable, "-m", "flows", *map(str, arguments)],
        cwd=folder,
        env=clean_environment() | environment,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    return Done(finished.returncode, finished.stdout, finished.stderr)


def clean_environment() -> dict[str, str]:
    """Return the environment of this process without settings of nianbao and Prefect."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("NIANBAO_", "PREFECT_"))}
