"""The command `nianbao explore`: the warehouse and its evidence in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import Quiet
from flows.runs.progress import progress_display
from flows.settings import Settings
from nianbao import NianbaoError


class NotInstalled(NianbaoError):
    """A package that only the explorer needs is missing; the message names the remedy."""


def explore(
    port: Annotated[int, typer.Option(help="Port of the pages; 0 takes a free one.", min=0, max=65535)] = 8321,
    host: Annotated[
        str, typer.Option(help="Name or address to answer on; visitors of any other than 127.0.0.1 need a token.")
    ] = "127.0.0.1",
    warehouse: Annotated[
        str | None, typer.Option(help="Folder, or URL such as s3://…, of another warehouse than that of the settings.")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Take no decisions, for serving to others.")] = False,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
    quiet: Quiet = False,
) -> None:
    """Look at the warehouse in a browser: what is there, what it says, where it comes from; settle what is in doubt."""
    try:
        from flows.explorer.server import serve
    except ModuleNotFoundError as error:
        raise NotInstalled(f"{error.name} is not installed: pip install 'nianbao[explore]'") from error
    settings = Settings()
    if warehouse is not None:
        settings = settings.model_copy(update={"warehouse_url": warehouse})
    with progress_display(quiet=quiet) as bars:
        serve(settings, bars, host, port, read_only=read_only, show=show)
