"""The commands `nianbao archive …`: what was fetched, for other tools and for its keeper.

Owns their arguments and what they print. The records of a WARC file are `extractors.archive.warc`'s.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractors.archive.archive import Archive, DamagedCapture, JournalEntry
from flows.ledger.ledger import Ledger
from flows.maintain.verify_archive import verify
from flows.runs.progress import display, progress_display
from flows.settings import Settings
from nianbao import atomic_write
from transforms.parser_version import parser_version
from warehouse.storage.store import open_store

archive_app = typer.Typer(help="Everything that was ever fetched.", no_args_is_help=True)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


@archive_app.command("export", epilog="Example: nianbao archive export --warc weihai.warc.gz --portal weihai")
def archive_export(
    warc: Annotated[Path, typer.Option("--warc", help="File to write; compressed where its name ends in .gz.")],
    portal: Annotated[str | None, typer.Option(help="Only fetches of this portal, by its id.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only fetches from this day (UTC) on.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write fetches as one WARC 1.1 file: status, headers and body of each, equal bodies once.

    Bodies are kept after decompression, so headers that tell their coding and length are mended, and stand as they
    came in X-Archive-Orig-… beside them. Failed fetches are metadata records.
    """
    settings = Settings()
    archive = Archive(open_store(settings.archive))
    with progress_display(quiet=quiet):
        chosen = _chosen(archive, portal, since.date() if since else None)
        total = sum(1 for _ in chosen)
        if not total:
            raise OSError(f"{settings.archive} holds no such fetch; nianbao portal list shows the ids of portals")
        lost = _write(warc, archive, _chosen(archive, portal, since.date() if since else None), total)
    _finish([f"{lack} (left out)" for lack in lost])


@archive_app.command("verify", epilog="Example: nianbao archive verify")
def archive_verify(quiet: Quiet = False) -> None:
    """Hash every capture again; one line for each that is damaged, or missing although it was fetched."""
    settings = Settings()
    with progress_display(quiet=quiet), Ledger(settings.database) as ledger:
        count, faults = verify(Archive(open_store(settings.archive)), ledger, _tell_torn)
    _finish(faults)
    sys.stdout.write(f"{count} captures are whole\n")


def _chosen(archive: Archive, portal: str | None, since: date | None) -> Iterator[JournalEntry]:
    return (one for one in archive.fetches(_tell_torn, since) if portal in (None, one.portal))


def _write(path: Path, archive: Archive, fetches: Iterator[JournalEntry], total: int) -> list[str]:
    """Writes the file whole or not at all; the bodies that the archive has lost."""
    from extractors.archive.warc import Warc

    lost = []
    info = {"software": f"nianbao/{parser_version()}", "conformsTo": "http://iipc.github.io/warc-specifications/"}
    with atomic_write(path) as out:
        warc = Warc(out, archive, info, gzip=path.suffix == ".gz")
        for done, fetch in enumerate(fetches):
            display().show("export", done, total)
            try:
                warc.add(fetch)
            except DamagedCapture as error:
                lost.append(f"{fetch.url}: {error}")
        display().show("export", total, total)
    return lost


def _tell_torn(place: str) -> None:
    sys.stderr.write(f"{place}: half a line, left by a crawl that was cut off, is passed over\n")


def _finish(faults: list[str]) -> None:
    """Ends with exit code 1 and a line for each fault, where there are any."""
    for fault in faults:
        sys.stderr.write(f"nianbao: {fault}\n")
    if faults:
        raise typer.Exit(1)
