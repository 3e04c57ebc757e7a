"""The command `nianbao portal add`: the file of a new portal, whatever its website answers.

Owns what goes into that file.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from typing import Annotated

import typer

from extractors.discovery.list_choice import line_to_add
from extractors.discovery.probe import Probe, portal_id
from extractors.portals.portal import AUTO, PortalError, make_portal, write_portal
from flows.cli.output.run_result import print_errors
from flows.cli.portal.probe import DELAY, Delay, Homepage, address_of, look
from flows.clock import today
from flows.data_root import prepare_data_root
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.workspace import known_portals
from transforms.jurisdictions.divisions import is_code, jurisdictions

_OUR_NOTE = re.compile(r"^\d{4}-\d\d-\d\d, portal add: ")


def portal_add(
    homepage: Homepage,
    jurisdiction: Annotated[str, typer.Option(help="Division whose reports are published there, such as CN-371000.")],
    identifier: Annotated[
        str | None, typer.Option("--id", help="Id of the portal; default: from the name of its host.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the portal; default: the title of the website.")] = None,
    list_page: Annotated[
        list[str] | None,
        typer.Option(
            parser=address_of, metavar="URL", help="A page that lists reports; the website is not searched for others."
        ),
    ] = None,
    delay: Delay = DELAY,
    force: Annotated[bool, typer.Option("--force", help="Replace the known portal of this id.")] = False,
) -> None:
    """Look at a portal, write its file into the data root, and print the path of the file.

    The file of a portal that refuses, does not answer or lists no report is written too, with what was seen in its
    notes, and the exit code is 1: the nightly run asks again.
    """
    settings, given = Settings(), tuple(list_page or ())
    fault = fault_of(jurisdiction)
    if fault:
        raise PortalError(f"--jurisdiction: {fault}")
    chosen = identifier or portal_id(homepage)
    known = known_portals(settings).get(chosen)
    if known is not None and not force:
        raise PortalError(
            f"id {chosen} is used by {known.homepage}: give another with --id, or replace it with --force"
        )
    own = {"id": chosen, "jurisdiction": jurisdiction, "homepage": homepage, "delay": delay, "verified": None}
    own["name"] = name or (known.name if known else _usual_name(jurisdiction))
    own |= {"list_pages": given, "dialect": AUTO} if given or (known and known.homepage != homepage) else {}
    draft = make_portal((known.model_dump() if known else {}) | own)
    with progress_display(quiet=not sys.stderr.isatty()):
        seen = look(settings, homepage, delay, given, draft.allow_hosts)
    prepare_data_root(settings)
    found: dict[str, object] = {"notes": _notes(draft.notes, seen, today())}
    found |= {"name": seen.name} if seen.name and not name and not known else {}
    portal = make_portal(draft.model_dump() | _list_pages_of(seen, given) | found)
    sys.stdout.write(f"{write_portal(portal, settings.data_root / 'portals')}\n")
    _tell(seen, draft.allow_hosts)


def _list_pages_of(seen: Probe, given: tuple[str, ...]) -> dict[str, object]:
    """Return the keys `list_pages` and `dialect`: those that were given, or else found; neither if nothing was."""
    pages = tuple(page for page in seen.list_pages if page.reports)
    if not pages:
        return {}
    list_pages = given or tuple(page.url for page in pages)
    dialects = {page.dialect for page in seen.list_pages if page.url in list_pages}
    only = dialects.pop() if len(dialects) == 1 else None
    return {"list_pages": list_pages, "dialect": only or AUTO}


def _fault(seen: Probe) -> str | None:
    """Return what refused, did not answer, is missing or lists no report, in one line."""
    reasons = [
        page.reason or (None if page.reports else f"{page.url} lists no annual report") for page in seen.list_pages
    ]
    return " ".join("; ".join(filter(None, (seen.reason, *reasons))).split()) or None


def _notes(notes: str, seen: Probe, day: date) -> str:
    """Return the notes of a file with one line on what was seen, in place of that of an earlier `portal add`."""
    kept = [line for line in notes.splitlines() if not _OUR_NOTE.match(line)]
    fault = _fault(seen)
    return "\n".join([*kept, f"{day}, portal add: {fault}"] if fault else kept)


def _tell(seen: Probe, allowed: tuple[str, ...]) -> None:
    """Say on standard error what is missing and what to do; end with exit code 1 if no report is listed."""
    is_listed = any(page.reports for page in seen.list_pages)
    fault = _fault(seen)
    if fault:
        print_errors([fault if is_listed else f"{fault}. The file is written: the nightly run asks again"])
    if seen.elsewhere:
        hosts = ", ".join(page.host for page in seen.elsewhere)
        print_errors(
            [f"{hosts} may have columns of this government, and were not asked; to follow these, put into the file:"]
        )
        sys.stderr.write(f"{line_to_add(seen.elsewhere, allowed)}\n")
    if not is_listed:
        raise typer.Exit(1)


def fault_of(code: str) -> str | None:
    """Return why a code is not one of a current division; None if it is, or is free for zones that no list has."""
    division = jurisdictions().get(code)
    if division is None:
        return None if is_code(code) else f"no division has the code {code}"
    if division.valid_to is None:
        return None
    now = f"; its successors are {', '.join(division.successors)}" if division.successors else ""
    return f"{code} was {division.full_name} until {division.valid_to}{now}"


def _usual_name(code: str) -> str:
    """Return what a division's government is called, or the code if it has no name."""
    return f"{jurisdictions()[code].name}人民政府" if code in jurisdictions() else code
