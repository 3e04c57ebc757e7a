"""The command `nianbao reprocess`: the archive is read again by today's parser, without a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console

from flows.cli.options import FormatOption, Quiet
from flows.cli.output.diff import print_changes, print_counts, write_changes_csv, write_changes_json
from flows.cli.output.results import Format, standard_output
from flows.cli.output.run_result import exit_if_failed, print_failures
from flows.reprocess.diff import ReportChange
from flows.reprocess.processes import in_processes
from flows.reprocess.run import ReprocessResult, found_changes, reprocess_archive
from flows.reprocess.selection import Selection
from flows.runs.progress import progress_display
from flows.settings import Settings


def reprocess_command(  # noqa: PLR0913 (each is an option of the command)
    portal: Annotated[
        list[str] | None,
        typer.Option(help="Only reports of this portal, by its id; `files`: ingested ones; may be repeated."),
    ] = None,
    first: Annotated[int | None, typer.Option("--from", help="Only reports for this year or later.")] = None,
    last: Annotated[int | None, typer.Option("--to", help="Only reports for this year or earlier.")] = None,
    older: Annotated[bool, typer.Option("--older", help="Only documents last read by an older parser.")] = False,
    document: Annotated[
        list[str] | None, typer.Option(help="Only the document at this address, with its page; may be repeated.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print the changes, figure by figure.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Publish the changes.")] = False,
    form: FormatOption = "table",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json: print one object.")] = False,
    quiet: Quiet = False,
) -> None:
    """Read the archive again with today's parser: everything that was listed or ingested, or a part of it.

    Nothing is fetched, and without --publish nothing is published. An interrupted run resumes where it was. The exit
    code is 1 if a document that could be read before is unreadable now, or lost; what was published of it stays.
    """
    if form == "csv" and not diff:
        raise typer.BadParameter("--format csv only applies to --diff: give both")
    as_json = as_json or form == "json"
    try:
        selection = Selection(tuple(sorted(set(portal or ()))), first, last, older, tuple(sorted(set(document or ()))))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    settings = Settings()
    with progress_display(quiet=quiet or as_json), in_processes(settings) as begin:
        done = reprocess_archive(selection, settings, begin, publish=publish)
    changes = found_changes(done.run_id, settings) if diff else None
    _print(done, changes, standard_output(), "json" if as_json else form)
    exit_if_failed(done.counts.failures)


def _print(done: ReprocessResult, changes: Iterator[ReportChange] | None, console: Console, form: Format) -> None:
    if form == "json":
        write_changes_json(done, changes)
        return
    if changes is not None and form == "csv":
        write_changes_csv(changes)
    elif changes is not None:
        print_changes(changes, console)
    print_counts(done, Console(stderr=True) if form == "csv" else console)
    print_failures(done.counts.failures)
