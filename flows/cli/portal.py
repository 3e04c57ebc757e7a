"""The commands `nianbao portal …`: the known portals, and the file of a new one.

Owns what goes into a new portal's file. `extractors.discovery.probe` looks at the website.
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
from flows.cli.options import FormatOption, Quiet, portals_of
from flows.cli.output.results import print_as, print_json, standard_output, to_csv
from flows.runs.progress import display, progress_display
from flows.settings import Settings
from flows.workspace import known_portals, open_workspace, prepare_data_root
from transforms.jurisdictions.divisions import jurisdictions
from transforms.prose.titles import listed_title

portal_app = typer.Typer(help="Show the known portals, and add new ones.", no_args_is_help=True)

_DELAY: float = Portal.model_fields["delay"].default
_OWN_CODES = "CN-99"
"""Codes of no official division: free for zones that are in no list, and for tests."""


def _address(text: str) -> str:
    """Return an address as it was typed, with `http://` in front if it has no scheme."""
    url = text if "://" in text else f"http://{text}"
    try:
        return web_address(url)
    except ValueError as error:
        raise typer.BadParameter(f"{text} {error}") from error


Homepage = Annotated[str, typer.Argument(parser=_address, metavar="URL", help="Homepage of the portal.")]
Delay = Annotated[float, typer.Option(min=0, help="Seconds between two requests; robots.txt may ask for more.")]
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


@portal_app.command("accept", epilog="Example: nianbao portal accept weihai")
def portal_accept(portal: PortalId) -> None:
    """Accept the portal's current listing as complete. The next crawl raises no alarm about missing reports and
    publishes what was held back.

    Published reports stay. Years that the portal's file expects are still expected.
    """
    settings = Settings()
    (known,) = portals_of(settings, [portal])
    with open_workspace(settings) as workspace:
        if workspace.ledger.listings.get(known) is None:
            raise PortalError(f"{known} was never crawled, so there is no listing to accept: `nianbao crawl {known}`")
        former = Counter(entry.year for entry in workspace.ledger.baselines.baseline(known))
        workspace.ledger.baselines.save(known, ())
        waiting = workspace.ledger.gaps.accept(known)
    counts = " · ".join(f"{year}: {count}" for year, count in sorted(former.items()))
    sys.stdout.write(f"{known}: no longer compared with {counts or 'any earlier crawl'}\n")
    if waiting:
        sys.stdout.write(f"{known}: no longer waiting for missing reports of {', '.join(map(str, waiting))}\n")


@portal_app.command("probe", epilog="Example: nianbao portal probe http://www.weihai.gov.cn")
def portal_probe(homepage: Homepage, form: FormatOption = "table", delay: Delay = _DELAY, quiet: Quiet = False) -> None:
    """Look at a portal and store nothing: its list pages of annual reports, what they list, robots.txt, refusals."""
    with progress_display(quiet=quiet):
        seen = _look(Settings(), homepage, delay)
    if form == "json":
        print_json(asdict(seen))
    elif form == "csv":
        rows = [
            (page.url, page.dialect, year, count) for page in seen.list_pages for year, count in page.reports.items()
        ]
        sys.stdout.write(to_csv(("list_page", "dialect", "year", "reports"), rows) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name:<14}{value}".rstrip() for name, value in _lines(seen)) + "\n")
    if not seen.list_pages:
        raise typer.Exit(1)


@portal_app.command("add", epilog="Example: nianbao portal add http://www.weihai.gov.cn --jurisdiction CN-371000")
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
            parser=_address, metavar="URL", help="A page that lists reports; the website is not searched for others."
        ),
    ] = None,
    delay: Delay = _DELAY,
    force: Annotated[bool, typer.Option("--force", help="Replace the known portal of this id.")] = False,
) -> None:
    """Look at a portal, write its file into the data root, and print the path of the file."""
    settings = Settings()
    fault = _fault_of(jurisdiction)
    if fault:
        raise PortalError(f"--jurisdiction: {fault}")
    chosen = identifier or portal_id(homepage)
    known = known_portals(settings).get(chosen)
    if known is not None and not force:
        raise PortalError(
            f"id {chosen} is used by {known.homepage}: give another with --id, or replace it with --force"
        )
    with progress_display(quiet=not sys.stderr.isatty()):
        seen = _look(settings, homepage, delay, *(list_page or ()))
    own = {"id": chosen, "jurisdiction": jurisdiction, "homepage": homepage, "delay": delay, "verified": None}
    own |= _list_pages_of(seen)
    own["name"] = name or (known.name if known else seen.name) or _usual_name(jurisdiction)
    portal = make_portal((known.model_dump() if known else {}) | own)
    prepare_data_root(settings)
    sys.stdout.write(f"{write_portal(portal, settings.data_root / 'portals')}\n")


def _list_pages_of(seen: Probe) -> dict[str, object]:
    """Return the keys `list_pages` and `dialect` for a probed portal. Raises PortalError if it lists no reports."""
    pages = [page for page in seen.list_pages if page.reports]
    if not pages:
        reasons = [seen.reason, *(page.reason or f"{page.url} lists no annual report" for page in seen.list_pages)]
        raise PortalError("; ".join(filter(None, reasons)))
    dialects = sorted({page.dialect or AUTO for page in pages})
    return {"list_pages": tuple(page.url for page in pages), "dialect": dialects[0] if len(dialects) == 1 else AUTO}


@portal_app.command("check", epilog="Example: nianbao portal check")
def portal_check() -> None:
    """Check every portal file, shipped or in the data root, and print one line for each fault."""
    usable, faults = check_portals(Settings().data_root / "portals")
    lines = [str(fault) for fault in faults]
    for path, portal in usable.items():
        divisions = {f"divisions.{name}": code for name, code in portal.divisions.items()}
        codes = {"jurisdiction": portal.jurisdiction} | divisions
        lines += [f"{path}: {key}: {fault}" for key, code in codes.items() if (fault := _fault_of(code))]
    sys.stdout.write("\n".join(sorted(lines) or [f"{len(usable)} portal files, no faults"]) + "\n")
    if lines:
        raise typer.Exit(1)


def _look(settings: Settings, homepage: str, delay: float, *list_pages: str) -> Probe:
    settings.require_contact((homepage, *list_pages))
    display().show(f"look at {homepage}", 0, 1)
    with PoliteClient(settings.politeness(delay)) as session:
        seen = probe(homepage, session, _year_of, list_pages)
    display().show(f"look at {homepage}", 1, 1)
    return seen


def _year_of(title: str, under: str) -> int | None:
    found = listed_title(title, under)
    return found.year if found else None


def _lines(seen: Probe) -> Iterator[tuple[str, str]]:
    """Yield what a probe saw, as names and values for people."""
    yield "homepage", seen.homepage
    yield "name", seen.name or ""
    yield "robots.txt", (seen.refused or "allows") + (f"; crawl-delay {seen.delay:g} s" if seen.delay else "")
    yield "requests", str(seen.asked)
    for page in seen.list_pages:
        yield from _lines_of_list_page(page)
    if seen.reason:
        yield "not fetched", seen.reason


def _lines_of_list_page(page: ProbedListPage) -> Iterator[tuple[str, str]]:
    pages = f"{page.pages_read} read" + (f" of {page.pages_declared}" if page.pages_declared else "")
    years = " · ".join(f"{year}: {count}" for year, count in page.reports.items())
    yield "list page", page.url
    yield "  found by", " → ".join(page.trail)
    yield "  dialect", page.dialect or ""
    yield "  pages", pages
    yield "  reports", f"{sum(page.reports.values())} of {page.entries} entries ({years})"
    if page.reason:
        yield "  missing", page.reason


def _fault_of(code: str) -> str | None:
    """Return why a code is not one of a current division; None if it is, or is free for zones that no list has."""
    division = jurisdictions().get(code)
    if division is None:
        return None if code.startswith(_OWN_CODES) else f"no division has the code {code}"
    if division.valid_to is None:
        return None
    now = f"; its successors are {', '.join(division.successors)}" if division.successors else ""
    return f"{code} was {division.full_name} until {division.valid_to}{now}"


def _usual_name(code: str) -> str:
    """Return what a division's government is called, or the code if it has no name."""
    return f"{jurisdictions()[code].name}人民政府" if code in jurisdictions() else code
