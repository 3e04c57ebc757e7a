"""`nianbao release` and `nianbao maintain` over what was ingested."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.main import app
from flows.workspace import open_workspace
from tests.flows.steps.test_ingest import AMBIGUOUS, HTML, NOWHERE, ONE_OF_THEM, body, letter, written
from tests.support.processes.command import nianbao
from tests.support.warehouse.place import Place, make_place, warehouse_files


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a report that was published and a letter in quarantine; nothing changes them."""
    folder = tmp_path_factory.mktemp("ingested")
    place = make_place(folder / "data", NOWHERE)
    good, bad = written(folder / "good.html", body(HTML)), written(folder / "letter.pdf", letter())
    place.ingest(good, bad, jurisdiction=HTML.jurisdiction)
    return place


@pytest.fixture
def place(ingested: Place, tmp_path: Path) -> Place:
    """Return a copy of it."""
    subprocess.run(["cp", "-r", ingested.settings.data_root, tmp_path / "data"], check=True)
    return make_place(tmp_path / "data", NOWHERE)


def run(place: Place, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"NIANBAO_DATA_ROOT": str(place.settings.data_root)})


def test_release_tells_where_it_is_and_what_is_in_it(place: Place) -> None:
    done = run(place, "release")
    assert done.exit_code == 0, done.output
    folder, told = done.stdout.splitlines()
    assert told.startswith("1 reports · ")
    assert Path(folder).parent == place.warehouse / "_releases"
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    assert done.stderr.splitlines() == ["release 0/1", "release 1/1"]
    assert place.ask("SELECT count(*) FROM reports") == [(1,)]


def test_nothing_to_release(tmp_path: Path) -> None:
    done = nianbao("release", "--quiet", folder=tmp_path)
    assert (done.code, len(done.error_lines)) == (1, 1)
    assert "holds no report: run `nianbao crawl` or `nianbao ingest`" in done.err


def test_maintain_does_what_is_due_once(place: Place) -> None:
    published = warehouse_files(place.warehouse)
    (place.warehouse / "codebook" / ".data.parquet.0123456789abcdef").write_bytes(b"torn")
    dry = run(place, "maintain", "--dry-run", "--quiet")
    first = run(place, "maintain", "--quiet")
    assert (dry.exit_code, first.exit_code, dry.stdout) == (0, 0, first.stdout)
    told = [line.split(maxsplit=1) for line in first.stdout.splitlines()]
    assert [step for step, _ in told] == [
        *("portals", "leftovers", "manifest", "files", "archive", "quarantine", "panels", "catalog")
    ]
    assert told[4][1] == "2 captures are intact"
    assert warehouse_files(place.warehouse) == published
    again = run(place, "maintain", "--quiet").stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in again] == [
        *["nothing to do"] * 4,
        "2 captures are intact",
        *["nothing to do"] * 3,
    ]


def test_damage_is_told_wherever_it_is(place: Place) -> None:
    with open_workspace(place.settings) as workspace:
        (entry,) = workspace.quarantine.entries()
        Path(workspace.quarantine.uri(entry.sha256)).write_bytes(b"other")
    torn = next(place.warehouse.glob("requests/*/*/data.parquet"))
    torn.write_bytes(b"torn")
    capture = next((place.settings.data_root / "archive" / "sha256").rglob("?" * 64))
    capture.unlink()
    done = run(place, "maintain", "--quiet")
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert [name in line for name, line in zip((str(torn), capture.name, entry.sha256), lines, strict=True)] == [
        True
    ] * 3
    assert torn.read_bytes() == b"torn"


def test_maintain_is_a_run_with_an_alarm_for_each_store_that_is_damaged(place: Place) -> None:
    dry = run(place, "maintain", "--dry-run", "--release", "--quiet", "--json")
    assert json.loads(dry.stdout)["steps"]["release"] == ["would be written"]
    whole = run(place, "maintain", "--release", "--quiet", "--json")
    assert (dry.exit_code, whole.exit_code, whole.stderr) == (0, 0, "")
    told = json.loads(whole.stdout)
    (released,) = (place.warehouse / "_releases").glob("[!.]*")
    assert told["steps"]["release"][0].startswith(f"{released}: 1 reports · ")
    described = json.loads((place.warehouse / "_catalog" / "datapackage.json").read_text("utf-8"))
    assert described["releases"] == [f"_releases/{released.name}/datapackage.json"]
    lost = list((place.settings.data_root / "archive" / "sha256").rglob("?" * 64))
    for capture in lost:
        capture.unlink()
    next(place.warehouse.glob("requests/*/*/data.parquet")).write_bytes(b"torn")
    broken = run(place, "maintain", "--release", "--quiet", "--json")
    assert (broken.exit_code, broken.stderr) == (1, "")
    told = json.loads(broken.stdout)
    assert (told["counts"]["damaged"], len(told["failures"])) == (4, 4)
    assert [(alarm["portal"], alarm["kind"]) for alarm in told["alarms"]] == [("", "damaged")] * 3
    files, archive, release = (alarm["reason"] for alarm in told["alarms"])
    assert files.startswith("files: ")
    assert archive.startswith("archive: ")
    assert archive.endswith("(and 1 more)")
    assert release.startswith("release: none was written: ")
    with open_workspace(place.settings) as workspace:
        latest, before, *others = workspace.ledger.runs.last(5)
    assert (latest.flow, before.flow) == ("maintain", "maintain")
    assert (latest.alarms, before.alarms) == (told["alarms"], [])
    assert (latest.counts, [one.flow for one in others]) == (told["counts"], ["ingest"])
    assert "damaged" in run(place, "status").stdout


def test_release_and_ingest_say_the_same_as_one_object(place: Place, tmp_path: Path) -> None:
    done = run(place, "release", "--quiet", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["rows"]["reports"]) == (0, 1)
    assert Path(told["place"]).parent == place.warehouse / "_releases"
    sizes = {file["path"]: file["size"] for file in told["files"]}
    assert sizes == {path: (Path(told["place"]) / path).stat().st_size for path in sizes}
    assert told["bytes"] == sum(sizes.values())
    note = written(tmp_path / "note.txt", b"Minutes of a meeting")
    done = run(place, "ingest", str(note), "--quiet", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, done.stderr, told["counts"]["failed"], told["alarms"]) == (1, "", 1, [])
    assert [failure["where"] for failure in told["failures"]] == [note.absolute().as_uri()]


def test_documents_that_were_read_or_replaced_since_leave_the_quarantine(tmp_path: Path) -> None:
    place = make_place(tmp_path / "data", NOWHERE)
    text = body(HTML).decode().replace(HTML.county, AMBIGUOUS).encode()
    report, note = written(tmp_path / "report.html", text), written(tmp_path / "note.txt", b"first")
    place.ingest(report, note)
    note.write_bytes(b"second")
    place.ingest(report, note, jurisdiction=ONE_OF_THEM)
    orphan = place.settings.data_root / "quarantine" / "00" / ("0" * 64)
    orphan.mkdir(parents=True)
    (orphan / "original").write_bytes(b"")
    done = run(place, "maintain", "--quiet")
    assert done.exit_code == 0
    told = [line for line in done.stdout.splitlines() if line.startswith("quarantine")]
    wanted = ("no record", "report.html was read since", "note.txt has other bytes now")
    assert {word for word in wanted for line in told if word in line} == set(wanted)
    with open_workspace(place.settings) as workspace:
        assert [workspace.quarantine.original(left.sha256) for left in workspace.quarantine.entries()] == [b"second"]
