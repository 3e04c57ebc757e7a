"""The commands `nianbao quarantine …`: documents that could not be read, and another attempt at reading them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from extractors.archive.quarantine import QuarantineRecord
from flows.cli.options import Agency, FormatOption, Jurisdiction, Quiet, YearOfReport
from flows.cli.output.results import print_as, print_rows, standard_output
from flows.cli.output.run_result import exit_if_failed, print_result
from flows.ledger.records import Assigned
from flows.runs.json_values import plain
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.steps.retry_quarantine import is_outdated, retry, was_read
from flows.workspace import Workspace, open_workspace

_SHORT = 12
"""Digits of a SHA-256 that are enough for people."""
_COLUMNS = (
    *("sha256", "first_seen", "last_seen", "portal", "jurisdiction", "agency", "year", "media", "size"),
    *("reason", "source", "listed_at"),
)
_SHOWN = ("portal", "jurisdiction", "year", "media", "reason", "source")
PortalOption = Annotated[
    str | None, typer.Option(help="Only documents of this portal, by its id; `files`: ingested ones.")
]
ReasonOption = Annotated[str | None, typer.Option(help="Only documents whose reason contains these words.")]


def quarantine_list(
    portal: PortalOption = None,
    reason: ReasonOption = None,
    form: FormatOption = "table",
) -> None:
    """List the documents that could not be read, oldest first."""
    with open_workspace(Settings()) as workspace:
        chosen = _chosen(workspace, portal, reason)
    if form == "table":
        rows = [
            (record.sha256[:_SHORT], f"{record.last_seen:%Y-%m-%d %H:%M}", *_fields(record, _SHOWN))
            for record in chosen
        ]
        print_rows(("sha256", "last_seen", *_SHOWN), rows, standard_output())
    else:
        print_as(form, _COLUMNS, [_fields(record, _COLUMNS) for record in chosen], standard_output())


def quarantine_show(
    sha256: Annotated[str, typer.Argument(help="SHA-256 of a document, or its first digits.")],
    output: Annotated[Path | None, typer.Option(help="File to write the document to.")] = None,
) -> None:
    """Show all that is known of one document, source by source, and where its bytes are stored."""
    with open_workspace(Settings()) as workspace:
        records = workspace.quarantine.document(sha256)
        place = workspace.quarantine.uri(records[0].sha256)
        states = [_state(record, workspace) for record in records]
        body = workspace.quarantine.original(records[0].sha256) if output else b""
    for record, now in zip(records, states, strict=True):
        fields = [*zip(_COLUMNS, _fields(record, _COLUMNS), strict=True), ("original", place), ("now", now)]
        lines = [f"{name:14} {plain(value)}\n" for name, value in fields if value is not None]
        sys.stdout.write("".join(["\n" if record is not records[0] else "", *lines]))
    if output:
        output.write_bytes(body)


def quarantine_retry(
    sha256: Annotated[
        list[str] | None, typer.Argument(help="SHA-256 of documents, or their first digits; default: all.")
    ] = None,
    portal: PortalOption = None,
    reason: ReasonOption = None,
    jurisdiction: Jurisdiction = None,
    agency: Agency = None,
    year: YearOfReport = None,
    quiet: Quiet = False,
) -> None:
    """Read documents again and publish their reports; those that can be read now leave the quarantine.

    Nothing is fetched. A document that still cannot be read stays, with today's reason.
    """
    with progress_display(quiet=quiet), open_workspace(Settings()) as workspace:
        named = [record for start in sha256 or () for record in workspace.quarantine.document(start)]
        records = [record for record in _chosen(workspace, portal, reason) if not sha256 or record in named]
        result = retry(records, workspace, Assigned(jurisdiction, agency, year))
    print_result(result)
    exit_if_failed(result.failures)


def quarantine_accept(
    sha256: Annotated[list[str], typer.Argument(help="SHA-256 of documents, or their first digits.")],
) -> None:
    """Publish what documents contain although it is less complete than what is published of the same reports."""
    with open_workspace(Settings()) as workspace:
        records = [record for start in sha256 for record in workspace.quarantine.document(start)]
        result = retry(records, workspace, lesser=True)
    print_result(result)
    exit_if_failed(result.failures)


def _chosen(workspace: Workspace, portal: str | None, reason: str | None) -> list[QuarantineRecord]:
    return [
        record
        for record in workspace.quarantine.entries()
        if portal in (None, record.origin.portal) and (reason or "") in record.reason
    ]


def _fields(record: QuarantineRecord, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(
        getattr(record, name) if name in QuarantineRecord.model_fields else getattr(record.origin, name)
        for name in names
    )


def _state(record: QuarantineRecord, workspace: Workspace) -> str:
    if was_read(record, workspace):
        return "read since: `nianbao maintain` removes it"
    if is_outdated(record, workspace):
        return "its source has other bytes now: `nianbao maintain` removes it"
    return "unread: `nianbao quarantine retry` reads it again"
