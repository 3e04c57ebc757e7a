"""The command `nianbao schema`: the declared tables, as statements of an engine or as the dictionary.

Owns its arguments and where the output goes. The texts are made by `warehouse.ddl` and `warehouse.dictionary`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.settings import Settings
from transforms.dimensions import codebook_rows
from warehouse.ddl import ddl, engines
from warehouse.dictionary import dictionary
from warehouse.manifest import known_partitions
from warehouse.schema import load_tables
from warehouse.store import open_store

_ENGINES = ", ".join(engines())


def schema(
    engine: Annotated[str | None, typer.Option(help=f"Statements that open the warehouse in {_ENGINES}.")] = None,
    show_dictionary: Annotated[
        bool, typer.Option("--dictionary", help="DICTIONARY.md: tables, columns, units and codes for people.")
    ] = False,
) -> None:
    """Print how the tables are declared, for an engine of your own or for people."""
    if (engine is None) == (not show_dictionary):
        raise typer.BadParameter(f"give one of --engine ({_ENGINES}) and --dictionary")
    if engine is None:
        sys.stdout.write(dictionary(codebook_rows()))
    elif engine in engines():
        sys.stdout.write(_statements(engine, Settings()))
    else:
        raise typer.BadParameter(f"{engine} is not known; these are: {_ENGINES}", param_hint="--engine")


def _statements(engine: str, settings: Settings) -> str:
    store, place = open_store(settings.warehouse), settings.warehouse
    present = {known.table for known in known_partitions(store)}
    present |= {name for name in load_tables() if store.exists(f"{name}/data.parquet")}
    return ddl(engine, place if "://" in place else str(Path(place).absolute()), present)
