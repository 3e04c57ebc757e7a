"""The commands `nianbao portal list` and `show`: the known portals, by their files alone."""

from __future__ import annotations

from typing import Annotated

import typer

from extractors.portals.portal import load_portals
from flows.cli.options import FormatOption, portals_of
from flows.cli.output.results import print_as, print_json, standard_output
from flows.settings import Settings


def portal_list(form: FormatOption = "table") -> None:
    """List the known portals: the shipped ones and those of the data root."""
    names = ("id", "name", "jurisdiction", "dialect", "list_pages", "verified", "homepage")
    known = load_portals(Settings().data_root / "portals").values()
    portals = sorted(known, key=lambda portal: (portal.jurisdiction, portal.id))
    rows = [
        tuple(getattr(portal, name) if name != "list_pages" else len(portal.list_pages) for name in names)
        for portal in portals
    ]
    print_as(form, names, rows, standard_output())


def portal_show(portal: Annotated[str, typer.Argument(help="Id of a portal.")]) -> None:
    """Show one portal's file, with defaults for what it leaves out."""
    settings = Settings()
    (known,) = portals_of(settings, [portal])
    print_json(load_portals(settings.data_root / "portals")[known].model_dump(mode="json"))
