"""Which edition of the official form each table of a report follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from transforms.forms.layout import Key, Layout, TableLayout, layouts


@dataclass(frozen=True, slots=True)
class FollowedTable:
    """A table of an edition of the form."""

    edition: Layout
    layout: TableLayout


def followed(printed: str | None, figures: Mapping[str, Collection[Key]]) -> dict[str, FollowedTable]:
    """Return, by the tables of the form, the edition that each follows; none where no edition is known.

    `printed` is the column `layout` of the report. Where it names several editions, a table follows the one that has
    most of its figures, the first of these.

    >>> found = followed("60号+30号", {"disclosures": [("20(1)", "regulation", "issued")]})
    >>> {table: each.edition.edition for table, each in found.items()}
    {'disclosures': '30号', 'requests': '60号', 'proceedings': '60号'}
    """
    named = (printed or "").split("+")
    editions = sorted((each for each in layouts() if each.edition in named), key=lambda each: named.index(each.edition))
    candidates = [FollowedTable(edition, table) for edition in editions for table in edition.tables]
    return {
        table: max(
            (each for each in candidates if each.layout.table == table),
            key=lambda each: len(set(each.layout.keys) & set(figures.get(each.layout.table, ()))),
        )
        for table in dict.fromkeys(each.layout.table for each in candidates)
    }
