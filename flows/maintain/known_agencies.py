"""The body that an identifier or a name stands for, among those that were seen or by its name in full.

Owns what is said where none is known, or several are.
"""

from __future__ import annotations

from flows.ledger.agencies import KnownAgency
from flows.workspace import Workspace
from nianbao import NianbaoError
from transforms.jurisdictions.agencies import Agency, Around, find_agency


class UnknownAgency(NianbaoError):
    """No body is known by a name, or several are."""


def known_agency(named: str, jurisdiction: str | None, workspace: Workspace) -> KnownAgency:
    """Return the body that an identifier or a name is known by. Raise UnknownAgency if there is none, or several."""
    known = [one for one in workspace.ledger.agencies.known() if jurisdiction in (None, one.agency.jurisdiction)]
    called = [one for one in known if named in (one.agency.agency_id, one.agency.name)]
    found = called or [one for one in known if named in (spelling.spelling for spelling in one.spellings)]
    if not found:
        raise UnknownAgency(f"no body is known as {named}: `nianbao agency list` prints those that are")
    if len(found) > 1:
        bodies = (one.agency for one in found)
        several = ", ".join(f"{one.agency_id} ({one.jurisdiction} {one.name})" for one in bodies)
        raise UnknownAgency(f"{named} names several bodies: {several}; give an identifier, or --jurisdiction")
    return found[0]


def named_agency(named: str, jurisdiction: str | None, workspace: Workspace) -> Agency:
    """Return a body as names resolve to it, be it one that was never seen."""
    try:
        return known_agency(named, jurisdiction, workspace).agency
    except UnknownAgency:
        if find_agency(named, None, Around(within=jurisdiction)) is None:
            raise
        return agency_in_full(named, jurisdiction)


def agency_in_full(named: str, jurisdiction: str | None) -> Agency:
    """Return the body that a name in full is, whatever people settled. Raise UnknownAgency if it is not one."""
    found = find_agency(named, None, Around(within=jurisdiction))
    if found is None:
        raise UnknownAgency(f"{named} does not name one body of one division: give its name in full")
    return found
