"""The command `nianbao export`: rows of one table as a file for another program.

Owns how the words of a selection are spelt on the command line, and the choice of the format.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer

from flows.cli.options import Divisions, Quiet, Years, several
from flows.runs.progress import progress_display
from flows.settings import Settings
from nianbao import atomic_write
from warehouse.export.export import export, formats
from warehouse.export.formats import Format
from warehouse.query.labels import Language
from warehouse.query.selection import select
from warehouse.schema import full_columns, load_tables
from warehouse.storage.store import open_store

_FORMATS = ", ".join(formats())
_STANDARD_OUTPUT = Path("-")
_TRUTHS = {"true": True, "false": False}


def export_command(  # noqa: PLR0913 (each is an option of the command)
    table: Annotated[str, typer.Option(help="Table, such as requests.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File, written completely or not at all; - is standard output.")
    ],
    jurisdiction: Divisions = None,
    years: Years = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns in their order, separated by commas; default: all.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Only rows with this value: column=value, * stands for anything; can be given again."),
    ] = None,
    reconciled: Annotated[
        bool, typer.Option("--reconciled", help="Where no value is printed, take the one that the form's sums force.")
    ] = False,
    labels: Annotated[Language | None, typer.Option(help="Language of words in place of codes.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", "-f", help=f"One of {_FORMATS}; default: by the suffix of --output.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write rows of a table as a file for spreadsheets, Stata, R and other programs."""
    chosen = _format_of(form, output)
    conditions = _conditions(table, where or ())
    selection = select(table, several(jurisdiction), several(years), several(columns), conditions, reconciled)
    with progress_display(quiet=quiet or output == _STANDARD_OUTPUT) as bars, _opened(output) as out:
        show = partial(bars.show, f"rows of {table}", total=None)
        show(0)
        notes = export(open_store(Settings().warehouse), selection, labels, chosen, out, show)
    sys.stderr.writelines(f"note: {note}\n" for note in notes)


def _format_of(form: str | None, output: Path) -> Format:
    name = form or output.suffix.removeprefix(".")
    if form is None and name not in formats():
        raise typer.BadParameter(f"{output.name} has no suffix of a known format: give --format", param_hint="--output")
    if name not in formats():
        raise typer.BadParameter(f"{name} is not one of {_FORMATS}", param_hint="--format")
    if output == _STANDARD_OUTPUT and not formats()[name].IS_TEXT:
        raise typer.BadParameter(f"{name} is binary: name a file with --output", param_hint="--format")
    return formats()[name]


@contextmanager
def _opened(output: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name when the block ends, or standard output."""
    if output != _STANDARD_OUTPUT:
        with atomic_write(output) as out:
            yield out
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _conditions(table: str, where: Sequence[str]) -> Mapping[str, object]:
    """Return column → the values that it may have, from texts such as outcome=refused.*."""
    types = (
        {column.name: column.type for column in full_columns(load_tables()[table])} if table in load_tables() else {}
    )
    found: defaultdict[str, list[object]] = defaultdict(list)
    for condition in where:
        name, equals, value = condition.partition("=")
        if not equals:
            raise typer.BadParameter(f"{condition} is not of the form column=value", param_hint="--where")
        found[name.strip()].append(_value(types.get(name.strip(), "string"), value.strip()))
    return found


def _value(kind: str, text: str) -> object:
    """Return a value of a column's type; what it cannot be stays text, which `select` refuses.

    >>> _value("int32", "12"), _value("bool", "true"), _value("int32", "twelve")
    (12, True, 'twelve')
    """
    if kind.startswith("int") and re.fullmatch(r"-?\d+", text, re.ASCII):
        return int(text)
    return _TRUTHS.get(text, text) if kind == "bool" else text
