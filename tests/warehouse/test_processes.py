from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.warehouse.examples import HERE, disclosure, leftovers, published_files, report, request
from warehouse.query import connect, run
from warehouse.write import partition_file, publish

REPOSITORY = Path(__file__).parents[2]

CRASH = """
import os, sys
from pathlib import Path
from tests.warehouse.test_processes import SECOND
from tests.warehouse.examples import HERE
from warehouse.write import publish

replace, left = os.replace, [int(sys.argv[2])]

def die(*arguments, **options):
    left[0] -= 1
    if left[0] == 0:
        os._exit(9)
    replace(*arguments, **options)

os.replace = die
publish(Path(sys.argv[1]), HERE, SECOND)
"""

WRITER = """
import sys
from pathlib import Path
from tests.warehouse.examples import report, request
from warehouse.write import Partition, publish

print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    name = f"{sys.argv[2]}{number}"
    partition = Partition("CN-371003", 2020 + number % 4)
    publish(Path(sys.argv[1]), partition, {"reports": [report(name)], "requests": [request(name)]})
"""

FIRST = {"reports": [report("a"), report("b")], "requests": [request("a"), request("b")]}
SECOND = {"reports": [report("a", title="更正")], "requests": [request("a", value=8)], "disclosures": [disclosure("a")]}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_crash_between_writing_and_replacing_is_invisible_and_the_next_publication_repairs_it(
    tmp_path: Path, number: int
) -> None:
    crashed, clean = tmp_path / "crashed", tmp_path / "clean"
    for root in (crashed, clean):
        publish(root, HERE, FIRST)
    command = [sys.executable, "-c", CRASH, str(crashed), str(number)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 9

    # Three files wait aside; those already in place are no longer among them, and `reports` comes last.
    assert len(leftovers(crashed)) == 4 - number
    assert run(connect(crashed), "SELECT count(*), count(*) FILTER (title = '更正') FROM reports").rows == [(2, 0)]

    publish(clean, HERE, SECOND)
    publish(crashed, HERE, SECOND)
    assert leftovers(crashed) == []
    assert published_files(crashed) == published_files(clean)
    assert partition_file(crashed, "disclosures", HERE).exists()


def test_two_processes_that_share_partitions_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    start = partial(subprocess.Popen[str], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with start([*command, "x"]) as one, start([*command, "y"]) as two:
        for process in (one, two):
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in (one, two):
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
    assert (one.returncode, two.returncode) == (0, 0)
    connection = connect(tmp_path)
    for table in ("reports", "requests"):
        counts = run(connection, f"SELECT year, count(DISTINCT report_id), count(*) FROM {table} GROUP BY 1 ORDER BY 1")
        assert counts.rows == [(year, 10, 10) for year in range(2020, 2024)]
