"""What panel checks ask of the whole warehouse: a row a report, with a few of its figures, by province.

Owns the SQL. Every file is read once, into a DuckDB file that lasts as long as the checks: memory does not grow with
the number of reports.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb
import pyarrow as pa

from warehouse.query.query import as_query_error, filled_tables
from warehouse.query.tables import partition_rows
from warehouse.query.views import figure_tables
from warehouse.schema import Table, load_tables
from warehouse.storage.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from warehouse.query.partition_scan import Progress

_MEMORY = "512MB"
"""What DuckDB may keep in memory; it puts the rest on the disk."""
_AT_ONCE = 2
"""Tables that are read at the same time: one thread waits for Arrow most of the time."""
_AREA = 20_000
"""Reports that are looked at together, unless one province has more."""
_OPENING = 800
"""Characters at the beginning of a chapter in which a report says what it counts in."""
_YUAN = "CASE unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END"
_REPORTS = """
SELECT jurisdiction, year, report_id, coalesce(agency_id, regexp_replace(report_id, '-[0-9]+$', '')) AS agency_id,
    agency, agency_kind AS kind
FROM source"""
_TOLD = 'SELECT DISTINCT jurisdiction, report_id, "check" FROM source WHERE list_contains($checks, "check")'
_GAPS = """
SELECT DISTINCT jurisdiction, year, agency_id
FROM source
WHERE CASE WHEN agency_id IS NULL THEN NOT list_complete ELSE state NOT IN ('published', 'partial', 'not_published') END
"""
_SCOPES = f"""
SELECT * FROM (
    SELECT jurisdiction, report_id, min(regexp_extract(left("text", {_OPENING}), $wording)) AS sentence
    FROM source WHERE position <= 1 AND regexp_matches(left("text", {_OPENING}), $wording)
    GROUP BY ALL
)"""


class Figure(Protocol):
    """A figure that is asked for: the sum of cells of one table, in 元 if `unit` says so."""

    @property
    def table(self) -> str:
        """The table."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The keys of its cells, as their codes joined by /."""

    @property
    def unit(self) -> str | None:
        """The unit that its amounts are expressed in; None for what is no amount."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table of the panel, and the question about one table of the warehouse that it answers."""

    name: str
    source: Table
    sql: str
    values: Mapping[str, object]


class PanelTables:
    """The reports of a warehouse as panel checks compare them. All frames are in order, with nullable types."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def areas(self) -> list[tuple[str, ...]]:
        """Return groups of provinces that are looked at together, each by how its codes begin: CN-37."""
        sizes = self._connection.execute("SELECT left(jurisdiction, 5), count(*) FROM panel GROUP BY 1 ORDER BY 1")
        areas: list[tuple[str, ...]] = []
        held = _AREA
        for province, size in sizes.fetchall():
            if held + size > _AREA:
                areas, held = [*areas, ()], 0
            areas[-1] += (province,)
            held += size
        return areas

    def reports(self, area: Sequence[str]) -> pd.DataFrame:
        """Return the reports of an area with their figures.

        `signature` is equal where all figures are equal, `above_zero` is the number of those above 0, and `tenths` what
        they tell, in tenths of digits, without totals.
        """
        return self._rows("panel", area, "jurisdiction, year, report_id")

    def told(self, area: Sequence[str]) -> pd.DataFrame:
        """Return which reports have findings of which checks."""
        return self._rows("told", area, 'report_id, "check"')

    def gaps(self, area: Sequence[str]) -> pd.DataFrame:
        """Return of which bodies' reports it is not known whether there are any; without agency_id, of a division's."""
        return self._rows("gaps", area, "jurisdiction, year, agency_id")

    def scopes(self, area: Sequence[str]) -> pd.DataFrame:
        """Return the reports that say whose figures they count in, with what they say."""
        return self._rows("scopes", area, "report_id")

    def _rows(self, table: str, area: Sequence[str], order: str) -> pd.DataFrame:
        import pandas as pd

        sql = f"SELECT * FROM {table} WHERE list_contains(?, left(jurisdiction, 5)) ORDER BY {order}"
        nullable = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype()}
        nullable[pa.uint64()] = pd.UInt64Dtype()
        rows = self._connection.sql(sql, params=[[*area]]).to_arrow_table()
        frame: pd.DataFrame = rows.to_pandas(types_mapper=nullable.get)
        return frame


@contextmanager
def open_panel(
    store: Store, figures: Mapping[str, Figure], wording: str, checks: Collection[str], progress: Progress
) -> Iterator[PanelTables]:
    """Read the whole warehouse, and yield its panel, which is gone afterwards.

    `wording` is the regular expression by which a report says whose figures it counts in; of `checks` the findings are
    asked for. Raise QueryError if there is no table, or if a file cannot be read.
    """
    partitions, _ = filled_tables(store)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(Path(folder) / "panel.duckdb") as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute("SET enable_progress_bar = false")

        def read(reading: _Reading) -> None:
            with connection.cursor() as cursor:
                cursor.register("source", partition_rows(store, reading.source, partitions, progress))
                cursor.execute(f"CREATE TABLE {reading.name} AS {reading.sql}", reading.values)
                cursor.unregister("source")

        with as_query_error(), ThreadPoolExecutor(_AT_ONCE) as threads:
            list(threads.map(read, _readings(figures, wording, checks)))
            connection.execute(_panel(figures))
        yield PanelTables(connection)


def _readings(figures: Mapping[str, Figure], wording: str, checks: Collection[str]) -> Iterator[_Reading]:
    tables = load_tables()
    for table in figure_tables():
        own = {name: figure for name, figure in figures.items() if figure.table == table.name}
        yield _Reading(f"of_{table.name}", table, _figures(table, own), {})
    yield _Reading("of_reports", tables["reports"], _REPORTS, {})
    yield _Reading("scopes", tables["sections"], _SCOPES, {"wording": wording})
    yield _Reading("told", tables["findings"], _TOLD, {"checks": [*checks]})
    yield _Reading("gaps", tables["coverage"], _GAPS, {})


def _figures(table: Table, figures: Mapping[str, Figure]) -> str:
    """Return the SELECT of one row a report: what identifies all its figures of a table, and some of them.

    A hash of several values is the exclusive or of theirs: without another around it, figures that change their places
    would give the same signature.
    """
    codes = [name for name in table.key if name != "report_id"]
    wanted = "".join(f",\n    {_sum(table, figure)} AS {name}" for name, figure in figures.items())
    return f"""
SELECT report_id, bit_xor(hash(xor(cell, hash(number)))) AS signature,
    count(*) FILTER (number > 0) AS above_zero,
    sum(CAST(round(10 * log10(greatest(number, 0) + 1)) AS BIGINT)) FILTER (NOT in_all) AS tenths{wanted}
FROM (
    SELECT *, hash('{table.name}', {", ".join(codes)}) AS cell, coalesce(value, implied) AS number,
        'total' IN ({", ".join(codes)}) AS in_all
    FROM source
) GROUP BY report_id"""


def _sum(table: Table, figure: Figure) -> str:
    """Return the sum of a figure's cells, null if one is unknown."""
    (value,) = (column for column in table.columns if column.name == "value")
    kind = "BIGINT" if value.type == "int64" else "DOUBLE"
    number = f"number * {_YUAN}" if figure.unit else "number"
    cells = " OR ".join(f"cell = hash('{table.name}', {_codes(cell)})" for cell in figure.cells)
    total = f"try_cast(sum({number}) FILTER ({cells}) AS {kind})"
    known = f"count({number}) FILTER ({cells}) = {len(figure.cells)}"
    return total if len(figure.cells) == 1 else f"CASE WHEN {known} THEN {total} END"


def _codes(cell: str) -> str:
    return ", ".join(f"'{code}'" for code in cell.split("/"))


def _panel(figures: Mapping[str, Figure]) -> str:
    """Return the statement that joins what was read of each report."""
    tables = [f"of_{table.name}" for table in figure_tables()]
    signature = reduce("xor({}, {})".format, (f"coalesce({name}.signature, 0)" for name in tables))
    above_zero, tenths = (
        f"CAST({' + '.join(f'coalesce({name}.{one}, 0)' for name in tables)} AS BIGINT) AS {one}"
        for one in ("above_zero", "tenths")
    )
    columns = "".join(f", of_{figure.table}.{name}" for name, figure in figures.items())
    joins = "\n".join(f"LEFT JOIN {name} USING (report_id)" for name in tables)
    return f"""
CREATE TABLE panel AS
SELECT of_reports.*, {signature} AS signature, {above_zero}, {tenths}{columns}
FROM of_reports {joins}"""
