"""One figure as pages show it: what is printed, what it means, how it was read, and where it stands.

Owns the names of figures in addresses, and how numbers are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from transforms.forms.layout import Key, code_columns
from transforms.rows import figure_name
from warehouse.schema import Row, load_tables


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a report. `evidence` has the columns that tell where it stands, but for those without a value."""

    table: str
    name: str
    key: Key
    label: str | None
    raw: str
    state: str
    value: Decimal | None
    implied: Decimal | None
    unit: str | None
    method: str
    confidence: float
    evidence: Mapping[str, object]

    @property
    def anchor(self) -> str:
        """The figure's place on the page of its report."""
        return anchor(self.table, self.name)

    @property
    def codes(self) -> dict[str, str]:
        """The codes by their columns."""
        return dict(zip(code_columns()[self.table], self.key, strict=True))

    @property
    def number(self) -> Decimal | None:
        """The printed number, else that which the form's sums force."""
        return self.implied if self.value is None else self.value


def anchor(table: str, name: str) -> str:
    """Return the place of a figure on the page of its report.

    >>> anchor("requests", "granted/total")
    'cell-requests/granted/total'
    """
    return f"cell-{table}/{name}"


def written(number: Decimal | None) -> str:
    """Return a number as people write it; nothing for none.

    >>> written(Decimal("12.5000")), written(Decimal("1200.0000")), written(None)
    ('12.5', '1200', '')
    """
    return "" if number is None else f"{number.normalize():f}"


def figures_of(rows: Mapping[str, Sequence[Row]]) -> dict[str, dict[Key, Figure]]:
    """Return the figures of a report by table and key, in the order of the rows."""
    return {table: {(figure := _figure(table, row)).key: figure for row in rows[table]} for table in code_columns()}


def _figure(table: str, row: Row) -> Figure:
    (declared,) = (column.unit for column in load_tables()[table].columns if column.name == "value")
    places = ("page", "grid", "row", "column")
    return Figure(
        table=table,
        name=figure_name(table, row),
        key=tuple(str(row[name]) for name in code_columns()[table]),
        label=None if row.get("label") is None else str(row["label"]),
        raw=str(row["raw"]),
        state=str(row["state"]),
        value=_decimal(row["value"]),
        implied=_decimal(row["implied"]),
        unit=declared if "unit" not in row or row["unit"] is None else str(row["unit"]),
        method=str(row["method"]),
        confidence=float(str(row["confidence"])),
        evidence={name: row[name] for name in places if row[name] is not None},
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
