"""The commands `nianbao archive …`: exporting and checking what was fetched.

`extractors.archive.warc` owns the records of a WARC file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractors.archive.archive import Archive, DamagedCapture, JournalEntry
from flows.cli.options import Quiet
from flows.cli.output.run_result import exit_if_failed, print_errors
from flows.ledger.ledger import Ledger
from flows.maintain.verify_archive import verify
from flows.runs.progress import display, progress_display
from flows.settings import Settings
from nianbao import atomic_write
from transforms.parser_version import parser_version
from warehouse.storage.store import open_store


def archive_export(
    warc: Annotated[Path, typer.Option("--warc", help="File to write; compressed if its name ends in .gz.")],
    portal: Annotated[str | None, typer.Option(help="Only fetches of this portal, by its id.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only fetches since this day (UTC).")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write fetches as one WARC 1.1 file: status, headers and body of each, equal bodies once.

    Bodies are stored decompressed, so headers that state their encoding and length are corrected; the originals are
    kept in X-Archive-Orig-… headers. Failed fetches are metadata records.
    """
    settings = Settings()
    archive, first = Archive(open_store(settings.archive)), since.date() if since else None
    with progress_display(quiet=quiet):
        total = sum(1 for _ in _chosen(archive, portal, first))
        if not total:
            raise OSError(f"{settings.archive} has no matching fetches; `nianbao portal list` shows the ids of portals")
        lost = _write(warc, archive, _chosen(archive, portal, first), total)
    print_errors(f"{capture} (left out)" for capture in lost)
    exit_if_failed(lost)


def archive_verify(quiet: Quiet = False) -> None:
    """Hash every capture again, and print a line for each that is damaged or missing."""
    settings = Settings()
    with progress_display(quiet=quiet), Ledger(settings.database) as ledger:
        count, faults = verify(Archive(open_store(settings.archive)), ledger, _report_torn_line)
    print_errors(faults)
    exit_if_failed(faults)
    sys.stdout.write(f"{count} captures are intact\n")


def _chosen(archive: Archive, portal: str | None, since: date | None) -> Iterator[JournalEntry]:
    return (fetch for fetch in archive.fetches(_report_torn_line, since) if portal in (None, fetch.portal))


def _write(path: Path, archive: Archive, fetches: Iterator[JournalEntry], total: int) -> list[str]:
    """Write the file completely or not at all; return the captures that the archive has lost."""
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


def _report_torn_line(place: str) -> None:
    sys.stderr.write(f"{place}: skipped an incomplete line, left by an interrupted crawl\n")
