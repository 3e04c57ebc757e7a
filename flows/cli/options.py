"""Options and checks that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from extractors.portals.portal import FIRST_YEAR, PortalError
from flows.cli.output.results import Format
from flows.clock import today
from flows.settings import Settings

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on standard output.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="Output format.")]
Jurisdiction = Annotated[
    str | None,
    typer.Option(help="Division, such as CN-370683, for reports whose agency's name fits several."),
]

Agency = Annotated[
    str | None, typer.Option(help="Agency, such as 甲子县教育局, of reports that do not name it, or only in part.")
]
Divisions = Annotated[
    str | None,
    typer.Option("--jurisdiction", help="Divisions: codes or wildcards such as CN-37*, separated by commas."),
]
Years = Annotated[str | None, typer.Option(help="Years reported on, such as 2024 or 2019-2024, separated by commas.")]


def _check_year(year: int | None) -> int | None:
    if year is not None and not FIRST_YEAR <= year <= today().year:
        raise typer.BadParameter(f"{year} is not between {FIRST_YEAR}, the first year of reports, and {today().year}")
    return year


Year = Annotated[int | None, typer.Option(callback=_check_year, help="Only reports for this year.")]
YearOfReport = Annotated[
    int | None,
    typer.Option("--year", callback=_check_year, help="Year reported on, of reports that do not name it."),
]


def several(words: str | None) -> list[str] | None:
    """Return words that are separated by commas; None, which selects all, remains None.

    >>> several("CN-37*, CN-110000")
    ['CN-37*', 'CN-110000']
    """
    return None if words is None else [word.strip() for word in words.split(",")]


def portals_of(settings: Settings, names: Sequence[str]) -> list[str]:
    """Return the ids of these portals, or of all known ones if there are none; an unknown id is bad usage."""
    from flows.workspace import choose_portals  # all stores, which most commands with an option do not need

    try:
        return choose_portals(settings, [*names])
    except PortalError as error:
        raise typer.BadParameter(str(error)) from error
