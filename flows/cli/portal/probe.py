"""The command `nianbao portal probe`: what a website shows of its annual reports.

Owns how what was seen is printed. `extractors.discovery.probe` looks at the website.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from extractors.discovery.list_choice import line_to_add
from extractors.discovery.probe import Probe, ProbedListPage, probe
from extractors.portals.portal import Portal, web_address
from extractors.web.client import PoliteClient
from flows.cli.options import FormatOption, Quiet
from flows.cli.output.results import print_json, to_csv
from flows.runs.progress import display, progress_display
from flows.settings import Settings
from transforms.prose.titles import listed_title

DELAY: float = Portal.model_fields["delay"].default


def address_of(text: str) -> str:
    """Return an address as it was typed, with `http://` in front if it has no scheme."""
    url = text if "://" in text else f"http://{text}"
    try:
        return web_address(url)
    except ValueError as error:
        raise typer.BadParameter(f"{text} {error}") from error


Homepage = Annotated[str, typer.Argument(parser=address_of, metavar="URL", help="Homepage of the portal.")]
Delay = Annotated[float, typer.Option(min=0, help="Seconds between two requests; robots.txt may ask for more.")]


def portal_probe(homepage: Homepage, form: FormatOption = "table", delay: Delay = DELAY, quiet: Quiet = False) -> None:
    """Look at a portal and store nothing: its list pages of annual reports, what they list, robots.txt, refusals."""
    with progress_display(quiet=quiet):
        seen = look(Settings(), homepage, delay)
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


def look(
    settings: Settings,
    homepage: str,
    delay: float,
    list_pages: Sequence[str] = (),
    allow_hosts: Collection[str] = (),
) -> Probe:
    """Look at a website, and show progress. Raises NoContact if it is public and the settings name no contact."""
    settings.require_contact((homepage, *list_pages))
    display().show(f"look at {homepage}", 0, 1)
    with PoliteClient(settings.politeness(delay, allow_hosts=frozenset(allow_hosts))) as client:
        seen = probe(homepage, client, _year_of, list_pages, allow_hosts)
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
    for list_page in seen.list_pages:
        yield from _lines_of_list_page(list_page)
    for page in seen.elsewhere:
        yield "other host", f"{' → '.join(page.trail)}: {page.url}"
    if seen.elsewhere:
        yield "  to allow", line_to_add(seen.elsewhere, ())
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
    if page.note:
        yield "  note", page.note
