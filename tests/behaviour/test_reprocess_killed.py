"""A run that is killed with SIGKILL at any moment goes on, and ends as one that was not; Prefect sees it as a run."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from extractors.portals.portal import write_portal
from tests.support.paths import REPOSITORY
from tests.support.portals.county import COUNTY, GOVERNMENT, County
from tests.support.processes.command import clean_environment, nianbao
from tests.support.servers.prefect import Server, prefect_server
from tests.support.warehouse.place import Place
from tests.support.warehouse.reprocessed import misread

AGENCIES = (GOVERNMENT, f"{COUNTY}教育局")
YEARS = (2020, 2021, 2022, 2023)
MOMENTS = 12
REPROCESS = """
from flows.reprocess import selection
from flows.cli.main import main

if __name__ == "__main__":
    selection.BATCH = 1
    print("ready", flush=True)
    main()
"""


@pytest.fixture(scope="module")
def misled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, list[tuple[object, ...]]]]:
    """Yield a place all of whose reports an older parser misread, and the figures that it should have read."""
    with County() as county:
        for year in YEARS:
            for agency in AGENCIES:
                county.add(agency, year)
        place = county.place(tmp_path_factory.mktemp("misled") / "data")
        write_portal(place.portal, place.settings.data_root / "portals")
        assert place.crawl().failures == []
        true = place.ask("FROM requests ORDER BY ALL")
        for year in YEARS:
            for agency in AGENCIES:
                misread(place, agency, year)
        assert place.ask("FROM requests ORDER BY ALL") != true
        yield place, true


@contextmanager
def _reprocess(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a process that has imported everything and begins to read again now."""
    command = [sys.executable, "-c", REPROCESS, "reprocess", "--older", "--diff", "--publish", "--json"]
    environment = clean_environment() | {"NIANBAO_DATA_ROOT": str(root)}
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def _left(root: Path) -> list[str]:
    """Yield processes that work on a data root."""
    mark, found = f"NIANBAO_DATA_ROOT={root}\0".encode(), []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text("utf-8"))
        except OSError:  # it has just ended
            continue
    return found


@pytest.mark.long
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_run_that_is_killed_goes_on_and_ends_as_one_that_was_not(
    moment: int, misled: tuple[Place, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    place, root = Place(misled[0].portal, misled[0].settings.model_copy(update={"data_root": tmp_path})), tmp_path
    shutil.copytree(misled[0].settings.data_root, root, dirs_exist_ok=True)
    with _reprocess(root) as process:
        time.sleep(random.Random(f"moment {moment}").uniform(0, 12))
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() in (-signal.SIGKILL, 0)
    deadline = time.monotonic() + 30
    while _left(root):
        assert time.monotonic() < deadline, _left(root)
        time.sleep(0.2)

    with _reprocess(root) as process:
        assert process.stdout
        told = json.loads(process.stdout.read())
        assert process.wait() == 0
    assert place.ask("FROM requests ORDER BY ALL") == misled[1]
    if told["documents"]:  # else the first run was over before it was killed
        # The year after may be told of twice, where its figures are compared with those that were just published.
        told_of = Counter({(one["agency"], one["year"]): 0 for one in told["changes"]})
        for one in told["changes"]:
            told_of[one["agency"], one["year"]] += len(one["figures"])
        assert told_of == {(agency, year): 2 for agency in AGENCIES for year in YEARS}


@pytest.mark.long
def test_it_runs_from_its_deployment(misled: tuple[Place, list[tuple[object, ...]]], tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    home.mkdir()
    root = tmp_path / "data"
    shutil.copytree(misled[0].settings.data_root, root)
    given = {"NIANBAO_DATA_ROOT": str(root)}
    plain = json.loads(nianbao("reprocess", "--older", "--json", folder=tmp_path, **given).out)
    assert plain["figures"] > 0
    with prefect_server(home) as server:
        deployed = server.command("nianbao deploy")
        assert deployed.returncode == 0, deployed.stdout
        with server.worker(**given):
            seen = server.wait_for(server.run("reprocess", older=True))
            (lost,) = [path for path in (root / "archive").rglob("?" * 64) if path.name == _capture(root)]
            lost.unlink()
            failed = server.wait_for(server.run("reprocess", older=True, publish=True))
        properties = server.deployment("reprocess", "reprocess")["parameter_openapi_schema"]["properties"]
        events = _events(server, len(AGENCIES) * len(YEARS))
        tasks = server.ask("task_runs/filter", flow_runs={"id": {"any_": [seen["id"]]}})
        found = server.ask("artifacts/filter", artifacts={"flow_run_id": {"any_": [seen["id"]]}})
    assert (seen["name"], seen["state_type"]) == ("reprocess all portals", "COMPLETED")
    assert [task["name"].partition(" ")[0] for task in tasks] == ["jiazi"]
    artifacts = {artifact["key"]: artifact["data"] for artifact in found}
    assert artifacts["reprocess-progress"] == 100
    for name in ("documents", "reports", "changed", "figures"):
        assert f"| {name} | {plain[name]} |" in artifacts["reprocess-run"]
    assert properties["first"]["anyOf"][0] == {"minimum": 2008, "type": "integer"}
    assert (failed["state_type"], "is missing; restore it" in failed["state"]["message"]) == ("FAILED", True)
    assert Counter(events) == {"report.changed": len(AGENCIES) * len(YEARS) - 1, "portal.alarm": 1}


def _capture(root: Path) -> str:
    """Return the SHA-256 of a document that was published."""
    with closing(sqlite3.connect(root / "ledger.sqlite")) as ledger:
        (sha256,) = ledger.execute("SELECT sha256 FROM verdicts WHERE state = 'published' LIMIT 1").fetchone()
    return str(sha256)


def _events(server: Server, count: int) -> list[str]:
    """Return the names of our events, once so many have come: they are stored a moment later."""
    deadline = time.monotonic() + 60
    found: list[dict[str, str]] = []
    while len(found) < count and time.monotonic() < deadline:
        time.sleep(0.5)
        found = server.ask("events/filter", filter={"event": {"prefix": ["report.", "portal.", "store."]}})["events"]
    return [one["event"] for one in found]
