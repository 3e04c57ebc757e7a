"""The `nianbao` command.

Owns the list of commands, the exit codes (0 success, 1 work failed, 2 bad usage) and the one line of an error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import typer
from pydantic import ValidationError

from flows.cli.agency import agency_app
from flows.cli.archive import archive_app
from flows.cli.backfill import backfill_command
from flows.cli.crawl import crawl
from flows.cli.demo import demo
from flows.cli.deploy import deploy
from flows.cli.extract import extract
from flows.cli.ingest import ingest
from flows.cli.maintain import maintain, release
from flows.cli.output.run_result import print_errors
from flows.cli.portal.commands import portal_app
from flows.cli.quarantine import quarantine_app
from flows.cli.reprocess import reprocess_command
from flows.cli.status import status
from flows.cli.warehouse.check import check
from flows.cli.warehouse.explore import explore
from flows.cli.warehouse.export import export_command
from flows.cli.warehouse.query import query
from flows.cli.warehouse.schema import schema
from flows.settings import Settings, explain
from nianbao import NianbaoError

app = typer.Typer(
    help="China's annual reports on open government information as a clean, queryable Parquet warehouse.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
_COMMANDS: dict[Callable[..., None], str] = {
    demo: "demo",
    crawl: "crawl weihai --year 2023",
    backfill_command: "backfill --from 2008 --to 2023 --province 山东 --dry-run",
    ingest: "ingest reports/ --jurisdiction CN-370683",
    extract: "extract report.pdf --format json",
    reprocess_command: "reprocess --older --diff",
    status: "status --province 山东",
    query: 'query "SELECT year, count(*) FROM reports GROUP BY year"',
    export_command: "export --table requests --jurisdiction 'CN-37*' --years 2019-2024 --output requests.xlsx",
    check: "check --jurisdiction 'CN-37*' --years 2019-2024 --dry-run",
    explore: "explore --port 8321",
    schema: "schema --engine duckdb",
    release: "release",
    maintain: "maintain --dry-run",
    deploy: "deploy",
}
for _command, _example in _COMMANDS.items():
    app.command(name=_example.split()[0], epilog=f"Example: nianbao {_example}")(_command)
app.add_typer(portal_app, name="portal")
app.add_typer(archive_app, name="archive")
app.add_typer(agency_app, name="agency")
app.add_typer(quarantine_app, name="quarantine")


def main() -> None:
    """Run the command; a foreseen error is one line on standard error and exit code 1."""
    try:
        app()
    except (NianbaoError, OSError) as error:
        _give_up(str(error))
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        _give_up(explain(error))
    except Exception as error:
        if not _is_of_object_store(error):
            raise
        _give_up(f"the object store cannot be used: {error}: check its NIANBAO_…_URL and the AWS_… variables")


def _is_of_object_store(error: Exception) -> bool:
    """Return whether S3's client raised an error; it is only loaded if a store is on S3."""
    client = sys.modules.get("botocore.exceptions")
    return client is not None and isinstance(error, client.BotoCoreError)


def _give_up(reason: str) -> NoReturn:
    print_errors([reason])
    sys.exit(1)
