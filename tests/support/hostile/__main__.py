"""Print how the reader stands against hostile files: `python -m tests.support.hostile [first] [how many]`."""

from __future__ import annotations

import sys

from tests.support.hostile.judge import counts, table_of

if __name__ == "__main__":
    first, number = (*map(int, sys.argv[1:]), *(0, 500)[len(sys.argv) - 1 :])
    sys.stdout.write(table_of(counts(range(first, first + number))) + "\n")
