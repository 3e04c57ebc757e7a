"""The list of the commands `nianbao portal …`, and those that ask no website."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from extractors.portals.portal import check_portals
from flows.cli.options import FormatOption, portals_of
from flows.cli.output.results import print_as, print_json, standard_output
from flows.cli.portal.add import fault_of, portal_add
from flows.cli.portal.probe import portal_probe
from flows.cli.portal.verify import portal_verify
from flows.settings import Settings
from flows.workspace import known_portals

portal_app = typer.Typer(
    help="Show the known portals, add new ones, and compare them with their sites.", no_args_is_help=True
)
portal_app.command("probe", epilog="Example: nianbao portal probe http://www.weihai.gov.cn")(portal_probe)
portal_app.command("add", epilog="Example: nianbao portal add http://www.weihai.gov.cn --jurisdiction CN-371000")(
    portal_add
)
portal_app.command("verify", epilog="Example: nianbao portal verify weihai")(portal_verify)

PortalId = Annotated[str, typer.Argument(help="Id of a portal.")]


@portal_app.command("list", epilog="Example: nianbao portal list")
def portal_list(form: FormatOption = "table") -> None:
    """List the known portals: the shipped ones and those of the data root."""
    names = ("id", "name", "jurisdiction", "dialect", "list_pages", "verified", "homepage")
    portals = sorted(known_portals(Settings()).values(), key=lambda portal: (portal.jurisdiction, portal.id))
    rows = [
        tuple(getattr(portal, name) if name != "list_pages" else len(portal.list_pages) for name in names)
        for portal in portals
    ]
    print_as(form, names, rows, standard_output())


@portal_app.command("show", epilog="Example: nianbao portal show weihai")
def portal_show(portal: PortalId) -> None:
    """Show one portal's file, with defaults for what it leaves out."""
    settings = Settings()
    (known,) = portals_of(settings, [portal])
    print_json(known_portals(settings)[known].model_dump(mode="json"))


@portal_app.command("check", epilog="Example: nianbao portal check")
def portal_check() -> None:
    """Check every portal file, shipped or in the data root, and print one line for each fault."""
    usable, faults = check_portals(Settings().data_root / "portals")
    lines = [str(fault) for fault in faults]
    for path, portal in usable.items():
        divisions = {f"divisions.{name}": code for name, code in portal.divisions.items()}
        codes = {"jurisdiction": portal.jurisdiction} | divisions
        lines += [f"{path}: {key}: {fault}" for key, code in codes.items() if (fault := fault_of(code))]
    sys.stdout.write("\n".join(sorted(lines) or [f"{len(usable)} portal files, no faults"]) + "\n")
    if lines:
        raise typer.Exit(1)
