from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from flows.cli.main import app
from tests.support.processes.command import clean_environment
from tests.support.sample_portal.catalogue import find_report
from tests.support.sample_portal.site import Site

REPORT = find_report("甲子县", 2024)


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawll",),
        ("query",),
        ("ingest",),
        ("portal", "show"),
        ("query", "--format", "xml", "x"),
        ("crawl", "--year", "x"),
        ("crawl", "--year", "1900"),
        ("crawl", "--year", "2999"),
        ("crawl", "--due", "--year", "2023"),
        ("crawl", "--recheck-days", "3"),
        ("crawl", "nowhere"),
        ("backfill", "--gaps", "--portal", "nowhere"),
        ("portal", "show", "nowhere"),
        ("portal", "accept", "nowhere"),
    ],
)
def test_bad_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "Usage:" in done.output


def _commands(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name)


def _all_commands() -> list[tuple[str, ...]]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return list(_commands(group))


@pytest.mark.parametrize("path", _all_commands(), ids=" ".join)
def test_help_of_every_command_has_an_example(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "--help"])
    assert done.exit_code == 0
    assert f"Example: nianbao {' '.join(path)}" in " ".join(done.output.split())


def test_a_terminal_gets_a_progress_bar(tmp_path: Path) -> None:
    """Standard error is a pseudo-terminal here, read while the command runs."""
    resource = Site().get(REPORT.path)
    assert resource is not None
    file = tmp_path / "report.html"
    file.write_bytes(resource.body)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "flows", "ingest", str(file), "--jurisdiction", REPORT.jurisdiction]
    environment = clean_environment() | {"TERM": "xterm"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = bytearray()
        reader = threading.Thread(target=_read_all, args=(ours, shown))
        reader.start()
        assert process.wait() == 0
        reader.join()
    os.close(ours)
    text = shown.decode()
    assert "read" in text
    assert "━" in text
    assert "1/1" in text


def _read_all(descriptor: int, into: bytearray) -> None:
    """Read a pseudo-terminal until its other end is closed, which Linux reports as an error."""
    while True:
        try:
            chunk = os.read(descriptor, 4096)
        except OSError:
            return
        if not chunk:
            return
        into += chunk
