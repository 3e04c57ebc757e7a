"""The official form filled in with the figures of a report; figures that it does not have come after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.explorer.reports.editions import FollowedTable, followed
from flows.explorer.reports.figures import Figure, anchor
from transforms.forms.layout import Key
from transforms.forms.printed_form import PrintedBlock, printed_table


@dataclass(frozen=True, slots=True)
class FilledTable:
    """A table of a report: as its edition of the form prints it, and its figures by their keys.

    `form` is None where no edition is known, and `blocks` is empty where it has no figure of the form.
    """

    table: str
    form: FollowedTable | None
    blocks: tuple[PrintedBlock, ...]
    figures: Mapping[Key, Figure]
    outside: tuple[Figure, ...]
    """The figures that the form has no place for."""

    @property
    def anchors(self) -> list[str]:
        """The places of its cells and figures on the page."""
        cells = [cell for block in self.blocks for row in (*block.header, *block.body) for cell in row]
        printed = [anchor(self.table, "/".join(cell.key)) for cell in cells if cell.key]
        return printed + [figure.anchor for figure in self.outside]


def filled_tables(printed: str | None, figures: Mapping[str, Mapping[Key, Figure]]) -> list[FilledTable]:
    """Return the tables of the form that a report follows, then those of its figures that no form has."""
    forms = followed(printed, figures)
    tables = [*forms, *(table for table, own in figures.items() if own and table not in forms)]
    return [_filled(table, forms.get(table), figures[table]) for table in tables]


def _filled(table: str, form: FollowedTable | None, figures: Mapping[Key, Figure]) -> FilledTable:
    places = set(form.layout.keys) if form else set()
    own = places & figures.keys()
    blocks = printed_table(form.layout, own) if form and own else ()
    outside = sorted((figure for key, figure in figures.items() if key not in places), key=_in_print_order)
    return FilledTable(table, form, tuple(blocks), figures, tuple(outside))


def _in_print_order(figure: Figure) -> list[int | str]:
    """Return what figures are sorted by: their names, with numbers in them as such: local.2 is before local.10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", figure.name)]
