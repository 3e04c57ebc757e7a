"""SQL statements that open the warehouse in an engine; each engine is one file of `engines/`.

Owns how declarations fill the statements.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from pydantic import Field

from nianbao import Declaration, read_declaration
from warehouse.schema import Column, Table, key_columns, load_tables

ENGINES_FOLDER = Path(__file__).parent / "engines"


class Engine(Declaration):
    """An engine's name for each declared type, and its statements for a table with partitions, one file, or no file.

    Statements contain `{table}` (quoted), `{folder}`, `{location}`, `{columns}` (name and type, the keys last),
    `{nulls}` (the same as typed nulls) and `{function}` (`remote` for URLs, else `local`). `{arguments}` in a type is
    what its parentheses hold: digits, or the item's type. `nullable` wraps the types of columns that may be null.
    `schemes` renames URL schemes; a folder of this machine has the scheme "". `opening` is run first in a session.
    """

    quote: str
    types: dict[str, str]
    nullable: str = "{type}"
    opening: str = ""
    schemes: dict[str, str] = Field(default_factory=dict)
    remote: str = ""
    local: str = ""
    partitioned: str
    whole: str
    empty: str


@cache
def engines() -> dict[str, Engine]:
    """Return all engines by name."""
    paths = sorted(ENGINES_FOLDER.glob("*.yml"))
    return {path.stem: read_declaration(path, Engine) for path in paths}


def ddl(engine: str, location: str, present: Collection[str]) -> str:
    """Return the statements that declare every table to an engine, each ending in a semicolon.

    `location`: an absolute path or a URL of the warehouse's root. `present`: tables that have files. Most engines
    refuse a table without files, so the others are declared empty until the statements are generated again.

    >>> print(ddl("spark", "s3://bucket/warehouse", ["codebook"]).split(";")[2].strip())
    CREATE OR REPLACE TEMPORARY VIEW `codebook` (
      `table` STRING,
      `column` STRING,
      `code` STRING,
      `layout` STRING,
      `label` STRING
    ) USING parquet OPTIONS (path 's3a://bucket/warehouse/codebook/data.parquet')
    """
    target = engines()[engine]
    statements = [_statement(target, table, location, table.name in present) for table in load_tables().values()]
    return "\n".join([target.opening, *statements] if target.opening else statements)


def _statement(engine: Engine, table: Table, location: str, present: bool) -> str:
    columns = (*table.columns, *key_columns()) if table.partitioned else table.columns
    typed = [(engine.quote + column.name + engine.quote, _type(engine, column)) for column in columns]
    template = (engine.partitioned if table.partitioned else engine.whole) if present else engine.empty
    return template.format(
        table=f"{engine.quote}{table.name}{engine.quote}",
        folder=table.name,
        location=_location(engine, location),
        function=engine.remote if "://" in location else engine.local,
        columns=",\n  ".join(f"{name} {kind}" for name, kind in typed),
        nulls=",\n  ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in typed),
    )


def _type(engine: Engine, column: Column) -> str:
    """Return the engine's type of a column. Lists are never wrapped: ClickHouse has no nullable arrays."""
    kind, _, arguments = column.type.rstrip(")").partition("(")
    if kind == "list":
        return engine.types[kind].format(arguments=engine.types[arguments])
    named = engine.types[kind].format(arguments=arguments)
    return engine.nullable.format(type=named) if column.nullable else named


def _location(engine: Engine, location: str) -> str:
    scheme, separator, rest = location.rpartition("://")
    scheme = engine.schemes.get(scheme, scheme)
    return (f"{scheme}://{rest}" if separator or scheme else rest).rstrip("/").replace("'", "''")
