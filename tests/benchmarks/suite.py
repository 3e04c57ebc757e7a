"""How long `make test` takes, once: all its tests, none of them long."""

from __future__ import annotations

import subprocess
import time

from tests.benchmarks.support.goals import Measured


def run() -> Measured:
    """Run the tests, and print the minutes. Raises CalledProcessError if a test fails."""
    began = time.monotonic()
    subprocess.run(["make", "test"], check=True)
    minutes = (time.monotonic() - began) / 60
    print(f"{'make test':34}{minutes:10.1f} min")  # noqa: T201
    return {"tests": minutes}
