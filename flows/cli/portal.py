"""The commands `nianbao portal …`: the portals that are known, and what a new one looks like.

Owns their arguments, what they print, and what goes into a new portal's file. The look itself is
`extractors.discovery.probe`'s.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from extractors.discovery.probe import Probe, ProbedListPage, portal_id, probe
from extractors.portals.portal import AUTO, Portal, PortalError, check_portals, make_portal, web_address, write_portal
from extractors.web.client import PoliteClient
from flows.cli.output.results import Format, print_as, standard_output, to_csv, to_json
from flows.runs.progress import display, progress_display
from flows.settings import Settings
from flows.workspace import choose_portals, known_portals, open_workspace
from transforms.jurisdictions.divisions import jurisdictions
from transforms.prose.titles import report_title

portal_app = typer.Typer(help="The portals that are known, and new ones.", no_args_is_help=True)

_DELAY: float = Portal.model_fields["delay"].default
_OWN_CODES = "CN-99"
"""Codes that stand for no official division: free for zones that no list has, and for tests."""


def _address(text: str) -> str:
    """A homepage as it is typed, `http://` before it where no scheme is."""
    url = text if "://" in text else f"http://{text}"
    try:
        return web_address(url)
    except ValueError as error:
        raise typer.BadParameter(f"{text} {error}") from error


Homepage = Annotated[str, typer.Argument(parser=_address, metavar="URL", help="Homepage of the portal.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print.")]
Delay = Annotated[float, typer.Option(min=0, help="Seconds between two requests; more where robots.txt says so.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


@portal_app.command("list", epilog="Example: nianbao portal list")
def portal_list(form: FormatOption = "table") -> None:
    """List the known portals: those that are shipped, and those of the data root."""
    names = ("id", "name", "jurisdiction", "dialect", "list_pages", "verified", "homepage")
    found = sorted(known_portals(Settings()).values(), key=lambda portal: (portal.jurisdiction, portal.id))
    rows = [
        tuple(getattr(one, name) if name != "list_pages" else len(one.list_pages) for name in names) for one in found
    ]
    print_as(form, names, rows, standard_output())


@portal_app.command("show", epilog="Example: nianbao portal show weihai")
def portal_show(portal: Annotated[str, typer.Argument(help="Id of a portal.")]) -> None:
    """Show one portal's file, with the defaults of what it leaves out."""
    known = known_portals(Settings())
    if portal not in known:
        raise PortalError(f"unknown portal {portal}: `nianbao portal list` prints the known ones")
    sys.stdout.write(to_json(known[portal].model_dump(mode="json")) + "\n")


@portal_app.command("accept", epilog="Example: nianbao portal accept weihai")
def portal_accept(portal: Annotated[str, typer.Argument(help="Id of a portal.")]) -> None:
    """Take what a portal lists and gives now as what it should: its next crawl raises no alarm that there was more
    before, and publishes what is held back for others that could not be had.

    What is published stays. What the portal's file expects is expected still.
    """
    settings = Settings()
    (known,) = choose_portals(settings, [portal])
    with open_workspace(settings) as workspace:
        former = Counter(one.year for one in workspace.ledger.baselines.baseline(known))
        workspace.ledger.baselines.save(known, ())
        waiting = workspace.ledger.gaps.accept(known)
    told = " · ".join(f"{year}: {count}" for year, count in sorted(former.items()))
    sys.stdout.write(f"{known}: no longer compared with {told or 'any crawl before'}\n")
    if waiting:
        sys.stdout.write(f"{known}: no longer waited for what is lacking of {', '.join(map(str, waiting))}\n")


@portal_app.command("probe", epilog="Example: nianbao portal probe http://www.weihai.gov.cn")
def portal_probe(homepage: Homepage, form: FormatOption = "table", delay: Delay = _DELAY, quiet: Quiet = False) -> None:
    """Look at a portal: its columns of annual reports and how they read, robots.txt, refusals. Stores nothing."""
    with progress_display(quiet=quiet):
        seen = _look(Settings(), homepage, delay)
    if form == "json":
        sys.stdout.write(to_json(asdict(seen)) + "\n")
    elif form == "csv":
        rows = [(one.url, one.dialect, year, count) for one in seen.columns for year, count in one.reports.items()]
        sys.stdout.write(to_csv(("column", "dialect", "year", "reports"), rows) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name:<14}{value}".rstrip() for name, value in _lines(seen)) + "\n")
    if not seen.columns:
        raise typer.Exit(1)


@portal_app.command("add", epilog="Example: nianbao portal add http://www.weihai.gov.cn --jurisdiction CN-371000")
def portal_add(
    homepage: Homepage,
    jurisdiction: Annotated[str, typer.Option(help="Division whose reports lie there, such as CN-371000.")],
    identifier: Annotated[str | None, typer.Option("--id", help="Default: from the name of the host.")] = None,
    name: Annotated[str | None, typer.Option(help="Default: what the website calls itself.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(parser=_address, metavar="URL", help="A page that lists reports: no search.")
    ] = None,
    delay: Delay = _DELAY,
    force: Annotated[bool, typer.Option("--force", help="Replace what is known of the portal of this id.")] = False,
) -> None:
    """Look at a portal and write its file into the data root; prints the path of the file."""
    settings = Settings()
    fault = _fault_of(jurisdiction)
    if fault:
        raise PortalError(f"--jurisdiction: {fault}")
    chosen = identifier or portal_id(homepage)
    known = known_portals(settings).get(chosen)
    if known is not None and not force:
        raise PortalError(f"id {chosen} is used by {known.homepage}: give another with --id, or replace it by --force")
    with progress_display(quiet=not sys.stderr.isatty()):
        seen = _look(settings, homepage, delay, *(column or ()))
    own = {"id": chosen, "jurisdiction": jurisdiction, "homepage": homepage, "delay": delay, "verified": None}
    own |= _columns_of(seen)
    own["name"] = name or (known.name if known else seen.name) or _usual_name(jurisdiction)
    portal = make_portal((known.model_dump() if known else {}) | own)
    sys.stdout.write(f"{write_portal(portal, settings.data_root / 'portals')}\n")


def _columns_of(seen: Probe) -> dict[str, object]:
    """The keys `list_pages` and `dialect` of a portal that was seen. Raises PortalError where it lists no reports."""
    found = [one for one in seen.columns if one.reports]
    if not found:
        reasons = [seen.reason, *(one.reason or f"{one.url} lists no annual report" for one in seen.columns)]
        raise PortalError("; ".join(filter(None, reasons)))
    dialects = sorted({one.dialect or AUTO for one in found})
    return {"list_pages": tuple(one.url for one in found), "dialect": dialects[0] if len(dialects) == 1 else AUTO}


@portal_app.command("check", epilog="Example: nianbao portal check")
def portal_check() -> None:
    """Check every portal file, shipped or in the data root; one line for each fault."""
    usable, faults = check_portals(Settings().data_root / "portals")
    lines = [str(fault) for fault in faults]
    for path, portal in usable.items():
        divisions = {f"divisions.{name}": code for name, code in portal.divisions.items()}
        codes = {"jurisdiction": portal.jurisdiction} | divisions
        lines += [f"{path}: {key}: {fault}" for key, code in codes.items() if (fault := _fault_of(code))]
    sys.stdout.write("\n".join(sorted(lines) or [f"{len(usable)} portal files, no fault"]) + "\n")
    if lines:
        raise typer.Exit(1)


def _look(settings: Settings, homepage: str, delay: float, *columns: str) -> Probe:
    display().show(f"look at {homepage}", 0, 1)
    with PoliteClient(settings.politeness(delay)) as session:
        seen = probe(homepage, session, _year_of, columns)
    display().show(f"look at {homepage}", 1, 1)
    return seen


def _year_of(title: str) -> int | None:
    found = report_title(title)
    return found.year if found else None


def _lines(seen: Probe) -> Iterator[tuple[str, str]]:
    """What a probe saw, as names and values for a reader."""
    yield "homepage", seen.homepage
    yield "name", seen.name or ""
    yield "robots.txt", (seen.refused or "allows") + (f"; crawl-delay {seen.delay:g} s" if seen.delay else "")
    yield "requests", str(seen.asked)
    for column in seen.columns:
        yield from _lines_of_column(column)
    if seen.reason:
        yield "not had", seen.reason


def _lines_of_column(column: ProbedListPage) -> Iterator[tuple[str, str]]:
    pages = f"{column.pages_read} read" + (f" of {column.pages_declared}" if column.pages_declared else "")
    years = " · ".join(f"{year}: {count}" for year, count in column.reports.items())
    yield "column", column.url
    yield "  found by", " → ".join(column.trail)
    yield "  dialect", column.dialect or ""
    yield "  pages", pages
    yield "  reports", f"{sum(column.reports.values())} of {column.entries} entries ({years})"
    if column.reason:
        yield "  missing", column.reason


def _fault_of(code: str) -> str | None:
    """Why a code is no division's of today; None where it is, or is free for zones that no list has."""
    division = jurisdictions().get(code)
    if division is None:
        return None if code.startswith(_OWN_CODES) else f"no division has the code {code}"
    if division.valid_to is None:
        return None
    now = f", its place is taken by {', '.join(division.successors)}" if division.successors else ""
    return f"{code} was {division.full_name} until {division.valid_to}{now}"


def _usual_name(code: str) -> str:
    """What a division's government is called; the code where it has no name."""
    return f"{jurisdictions()[code].name}人民政府" if code in jurisdictions() else code
