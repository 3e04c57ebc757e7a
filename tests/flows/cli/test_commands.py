"""The declared list of commands beside the commands themselves, and what is imported to print it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from flows.cli.commands import COMMANDS, GROUPS
from tests.support.processes.command import clean_environment
from tests.support.reports.small_files import write_report

STORES = ("prefect", "pyarrow", "duckdb", "pandas", "sqlalchemy", "fsspec")
MODELS = ("onnxruntime", "rapidocr", "cv2", "pdfplumber", "openpyxl")
SLOW = (*STORES, *MODELS, "pypdfium2", "lxml", "bs4", "numpy", "PIL", "requests")
"""Packages of single commands, which the others do without; each takes longer to import than the list to print."""


def imported_by(*arguments: str, folder: Path) -> set[str]:
    """Return the modules that a process has imported when a command ends."""
    program = (
        "import atexit, sys; from flows.__main__ import main\n"
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr)); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_is_listed_with_the_first_lines_of_its_own_help(words: str) -> None:
    command = COMMANDS[words]
    module, _, name = command.function.partition(":")
    function = getattr(import_module(module), name)
    first = (inspect.getdoc(function) or "").split("\n\n")[0]
    assert command.help == " ".join(first.split())
    assert f"{command.example} ".startswith(f"{words} ")


def test_each_group_has_commands() -> None:
    assert {words.rpartition(" ")[0] for words in COMMANDS} - {""} == set(GROUPS)


@pytest.mark.parametrize(
    "arguments", [("--help",), ("portal", "--help"), ("portal", "list"), ("portal", "list", "-f", "json")], ids=" ".join
)
def test_what_lists_commands_and_portals_imports_nothing_slow(arguments: tuple[str, ...], tmp_path: Path) -> None:
    found = imported_by(*arguments, folder=tmp_path)
    assert {name for name in found if name.split(".")[0] in SLOW} == set()


@pytest.mark.parametrize("kind", ["txt", "html", "pdf"])
def test_extract_imports_no_stores_and_no_models_of_pictures(kind: str, tmp_path: Path) -> None:
    """Neither in the command nor in its reader, which is a copy of it that imports the readers of this kind of file."""
    file = write_report(tmp_path, kind)
    program = (
        "import sys; from pathlib import Path\n"
        "from flows.cli.extract import read_file; from flows.documents import parse\n"
        "from flows.settings import Settings\n"
        "reports = read_file(Path(sys.argv[1]), Settings().limits)\n"
        "from extractors.media_type import media_type_of; from transforms.report import Context\n"
        "body = Path(sys.argv[1]).read_bytes()\n"
        "source = parse.ReportSource('file:///x', '0', media_type_of(body), *[None] * 3, 'x')\n"
        "parse.parse(parse.Task(body, None, Context(), source))\n"
        "print(len(reports), *sys.modules)"
    )
    command = [sys.executable, "-c", program, str(file)]
    done = subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, check=True)
    count, *found = done.stdout.decode().split()
    assert count == "1"
    assert {name.split(".")[0] for name in found} & {*STORES, *MODELS, "bs4"} == set()


def test_the_list_of_commands_imports_no_command(tmp_path: Path) -> None:
    ours = {name for name in imported_by("--help", folder=tmp_path) if name.split(".")[0] == "flows"}
    assert ours == {"flows", "flows.__main__", "flows.cli", "flows.cli.commands", "flows.cli.main"}
