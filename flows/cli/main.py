"""The `nianbao` command.

Owns how a declared command is found, the exit codes (0 success, 1 work failed, 2 bad usage) and the one line of an
error. A command's module is imported when it is run or asked for its help, never to list it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand

from flows.cli.commands import COMMANDS, GROUPS, Command

_HELP = "China's annual reports on open government information as a clean, queryable Parquet warehouse."


class _Declared(TyperCommand):
    """A command as it is listed; its callback imports the one that is run."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Return the context of the command that is run."""
        assert self.callback is not None
        return self.callback().make_context(*arguments, **options)


def _group(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )


def _importer(name: str, command: Command) -> Callable[[], Any]:
    """Return what imports a command and returns it with its options and its full help."""

    def imported() -> Any:
        module, _, function = command.function.partition(":")
        alone = _group("")
        alone.command(name, epilog=f"Example: nianbao {command.example}")(getattr(import_module(module), function))
        return typer.main.get_command(alone)

    return imported


def _all_commands() -> typer.Typer:
    groups = {"": _group(_HELP)} | {name: _group(text) for name, text in GROUPS.items()}
    for words, command in COMMANDS.items():
        group, _, name = words.rpartition(" ")
        groups[group].command(name, cls=_Declared, help=command.help)(_importer(name, command))
    for name in GROUPS:
        groups[""].add_typer(groups[name], name=name)
    return groups[""]


app = _all_commands()


def main() -> None:
    """Run the command; a foreseen error is one line on standard error and exit code 1."""
    try:
        app()
    except Exception as error:
        reason = _foreseen(error)
        if reason is None:
            raise
        from flows.cli.output.run_result import print_errors

        print_errors([reason])
        sys.exit(1)


def _foreseen(error: Exception) -> str | None:
    """Return what is wrong and what helps; None for a defect of ours."""
    from pydantic import ValidationError

    from flows.settings import Settings, explain
    from nianbao import NianbaoError

    if isinstance(error, NianbaoError | OSError):
        return str(error)
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        return explain(error)
    if _is_of_object_store(error):
        return f"the object store cannot be used: {error}: check its NIANBAO_…_URL and the AWS_… variables"
    return None


def _is_of_object_store(error: Exception) -> bool:
    """Return whether S3's client raised an error; it is only loaded if a store is on S3."""
    client = sys.modules.get("botocore.exceptions")
    return client is not None and isinstance(error, client.BotoCoreError)
