"""The command `nianbao schema`: the declared tables, as statements of an engine or as the dictionary."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.settings import Settings
from transforms.dimension_rows import codebook_rows
from warehouse.describe.catalog import statements
from warehouse.describe.ddl import engines
from warehouse.describe.dictionary import dictionary
from warehouse.storage.store import open_store

_ENGINES = ", ".join(engines())


def schema(
    engine: Annotated[str | None, typer.Option(help=f"Print statements that open the warehouse in {_ENGINES}.")] = None,
    show_dictionary: Annotated[
        bool, typer.Option("--dictionary", help="Print DICTIONARY.md: tables, columns, units and codes for people.")
    ] = False,
) -> None:
    """Print the declaration of the tables, for an engine of your own or for people."""
    if (engine is None) == (not show_dictionary):
        raise typer.BadParameter(f"give either --engine ({_ENGINES}) or --dictionary")
    if engine is None:
        sys.stdout.write(dictionary(codebook_rows()))
    elif engine in engines():
        sys.stdout.write(statements(open_store(Settings().warehouse), engine))
    else:
        raise typer.BadParameter(f"unknown engine {engine}: give one of {_ENGINES}", param_hint="--engine")
