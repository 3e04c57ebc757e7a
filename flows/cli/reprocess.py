"""The command `nianbao reprocess`: the archive through today's parser, without a request.

Owns its arguments and what it prints. The work is `rereading`'s.
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from flows.cli.output.diff import print_changes, print_failures, print_tally, write_changes_csv, write_changes_json
from flows.cli.output.results import Format, standard_output
from flows.reprocess.processes import in_processes
from flows.reprocess.run import ReprocessResult, found_changes, reprocess_archive
from flows.reprocess.selection import Selection
from flows.runs.progress import progress_display
from flows.settings import Settings


def reprocess_command(  # noqa: PLR0913 (each is an option of the command)
    portal: Annotated[
        list[str] | None, typer.Option(help="Only of this portal, by its id, or of files; may be repeated.")
    ] = None,
    first: Annotated[int | None, typer.Option("--from", help="Only reports for this year or later.")] = None,
    last: Annotated[int | None, typer.Option("--to", help="Only reports for this year or earlier.")] = None,
    older: Annotated[bool, typer.Option("--older", help="Only what another parser than today's has read.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what changed, figure by figure.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Put what changed in place of what is published.")] = False,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to print what changed.")] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json: one object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Read the archive again with today's parser: all that was listed or ingested, or a part of it.

    Nothing is fetched, and without --publish nothing is written. One that was cut off goes on where it was. Exit code 1
    where a document was read before and cannot be now, or is lost; what is published of it stays.
    """
    if form == "csv" and not diff:
        raise typer.BadParameter("--format csv is a form of --diff: give both")
    as_json = as_json or form == "json"
    try:
        selection = Selection(tuple(sorted(set(portal or ()))), first, last, older)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with progress_display(quiet=quiet or as_json), in_processes(Settings().read_workers) as begin:
        done = reprocess_archive(selection, begin, publish=publish)
    _print(done, standard_output(), diff=diff, form="json" if as_json else form)
    if done.tally.failures:
        raise typer.Exit(1)


def _print(done: ReprocessResult, console: Console, *, diff: bool, form: Format) -> None:
    changes = found_changes(done.run_id) if diff else None
    if form == "json":
        write_changes_json(done, changes)
        return
    if changes is not None and form == "csv":
        write_changes_csv(changes)
    elif changes is not None:
        print_changes(changes, console)
    print_tally(done, Console(stderr=True) if form == "csv" else console)
    print_failures(done.tally.failures)
