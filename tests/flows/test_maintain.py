"""`nianbao release` and `nianbao maintain` over what was ingested."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.workspace import open_workspace
from tests.flows.command import nianbao
from tests.flows.place import Place, make_place, warehouse_files
from tests.flows.test_ingest import AMBIGUOUS, HTML, NOWHERE, ONE_OF_THEM, body, letter, written


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A report that was published and a letter in quarantine; nothing changes them."""
    folder = tmp_path_factory.mktemp("ingested")
    place = make_place(folder / "data", NOWHERE)
    good, bad = written(folder / "good.html", body(HTML)), written(folder / "letter.pdf", letter())
    place.ingest(good, bad, jurisdiction=HTML.jurisdiction)
    return place


@pytest.fixture
def place(ingested: Place, tmp_path: Path) -> Place:
    """A copy of it."""
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
    assert [step for step, _ in told] == ["leftovers", "manifest", "files", "archive", "quarantine"]
    assert told[3][1] == "2 captures are whole"
    assert warehouse_files(place.warehouse) == published
    again = run(place, "maintain", "--quiet").stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in again] == [
        *["nothing to do"] * 3,
        "2 captures are whole",
        "nothing to do",
    ]


def test_damage_is_told_wherever_it_is(place: Place) -> None:
    with open_workspace(place.settings) as workspace:
        (entry,) = workspace.quarantine.entries()
        Path(workspace.quarantine.place(entry.sha256)).write_bytes(b"other")
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
    wanted = ("without a reason", "report.html was read since", "note.txt has other bytes since")
    assert {word for word in wanted for line in told if word in line} == set(wanted)
    with open_workspace(place.settings) as workspace:
        assert [workspace.quarantine.original(left.sha256) for left in workspace.quarantine.entries()] == [b"second"]
