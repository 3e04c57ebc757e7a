"""The command `nianbao portal check`: the faults of all portal files."""

from __future__ import annotations

import sys

import typer

from extractors.portals.portal import check_portals
from flows.cli.portal.add import fault_of
from flows.settings import Settings


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
