"""The command `nianbao explore`: the warehouse and its evidence in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Quiet
from flows.runs.progress import progress_display
from flows.settings import Settings
from nianbao import NianbaoError


class NotInstalled(NianbaoError):
    """A package that only the explorer needs is missing; the message names the remedy."""


def explore(  # noqa: PLR0913 (each is an option of the command)
    port: Annotated[int, typer.Option(help="Port of the pages; 0 takes a free one.", min=0, max=65535)] = 8321,
    host: Annotated[
        str, typer.Option(help="Name or address to answer on; visitors of any other than 127.0.0.1 need a token.")
    ] = "127.0.0.1",
    warehouse: Annotated[
        str | None,
        typer.Option(
            help="Folder, or URL such as s3://…, of another warehouse than the settings name; it is read-only."
        ),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Take no decisions, for serving to others.")] = False,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
    export: Annotated[
        Path | None,
        typer.Option(help="Write overview, places and downloads into this folder as a static site, and end."),
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="With --export: only this division, such as CN-370000, and all within it.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Look at the warehouse in a browser: what is there, what it says, where it comes from; settle what is in doubt."""
    if place is not None and export is None:
        raise typer.BadParameter("it chooses what --export writes: give --export FOLDER, too", param_hint="--place")
    try:
        from flows.explorer.export.static_site import export_site
        from flows.explorer.server import serve
    except ModuleNotFoundError as error:
        raise NotInstalled(f"{error.name} is not installed: pip install 'nianbao[explore]'") from error
    own = Settings()
    settings = own if warehouse is None else own.model_copy(update={"warehouse_url": warehouse})
    # What is decided here, and the documents that decisions would be applied to, are those of the settings' warehouse.
    is_another = _place(settings.warehouse) != _place(own.warehouse)
    with progress_display(quiet=quiet) as bars:
        if export is not None:
            export_site(settings, bars, export, place)
            return
        serve(settings, bars, host, port, read_only=read_only or is_another, show=show)


def _place(url: str) -> str | Path:
    """Return where a warehouse lies, alike however that is spelt.

    >>> _place("data/../w/") == _place("w"), _place("s3://a/w/")
    (True, 's3://a/w')
    """
    plain = url.removeprefix("file://")
    return plain.rstrip("/") if "://" in plain else Path(plain).resolve()
