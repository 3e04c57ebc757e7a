"""The notebooks are true: each runs from its first cell to its last, and shows what is stored with it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.fixtures import Crawled
from tests.support.paths import REPOSITORY

FOLDER = REPOSITORY / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 120_000
"""Bytes of a notebook with its charts: more makes a change of it hard to read."""
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.fixture(scope="module")
def folder(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the notebooks' folder beside the data that `make demo` leaves."""
    clone = tmp_path_factory.mktemp("clone")
    shutil.copytree(FOLDER, clone / "docs" / "notebooks")
    shutil.copytree(crawled.place.settings.data_root, clone / "data" / "demo")
    return clone / "docs" / "notebooks"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_is_stored(notebook: Path, folder: Path) -> None:
    stored = nbformat.read(notebook, as_version=4)
    run = deepcopy(stored)
    client = NotebookClient(run, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute(env=os.environ | {"IPYTHONDIR": str(folder / ".ipython")})
    assert list(shown(run)) == list(shown(stored))


def shown(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, Any]]:
    """Yield the source of each cell with what it shows: texts as they are, of pictures that they are there."""
    for cell in notebook.cells:
        outputs = [output.get("data", {"stream": output.get("text")}) for output in cell.get("outputs", [])]
        yield cell.source, [_text_or_kind(data) for data in outputs]


def _text_or_kind(data: dict[str, str]) -> object:
    pictures = sorted(kind for kind in data if kind.startswith("image/"))
    return pictures or data


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_leads_to_what_exists(notebook: Path) -> None:
    assert notebook.stat().st_size < LARGEST
    cells = nbformat.read(notebook, as_version=4).cells
    assert [cell.execution_count for cell in cells if cell.cell_type == "code"] == [
        number for number, _ in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1)
    ]
    links = [link for cell in cells if cell.cell_type == "markdown" for link in _LINK.findall(cell.source)]
    assert [link for link in links if not (FOLDER / link).exists()] == []


def test_every_notebook_is_in_the_list() -> None:
    listed = _LINK.findall((FOLDER / "README.md").read_text("utf-8"))
    assert [path.name for path in NOTEBOOKS] == sorted(link for link in listed if link.endswith(".ipynb"))
    assert len(NOTEBOOKS) == 3
