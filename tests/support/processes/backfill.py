"""A backfill of the simulated portals; as a program, it begins when a line is written to it, so it can be killed."""

from __future__ import annotations

import sys
from functools import partial

from flows.backfill.plan import BackfillRequest
from flows.backfill.run import backfill, backfill_portal
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE
from flows.workers.threads import in_threads

FIRST = 2018


def fill(last: int) -> list[str]:
    """Fill in the years from FIRST on for all portals of this process's data root; return the failures."""
    with in_threads(partial(backfill_portal, Settings()), AT_ONCE) as submit:
        outcome = backfill(BackfillRequest(FIRST, last, "CN-99", gaps=True), Settings(), submit)
    return [f"{one.where} {one.reason}" for one in outcome.failures]


def main() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    fill(int(sys.argv[1]))


if __name__ == "__main__":
    main()
