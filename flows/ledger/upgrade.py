"""The ledger's database, opened as this program needs it: made, upgraded or refused.

Owns the revision that a database has. Many processes may open one at once: the first upgrades it, the others wait.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from flows.ledger.database import UnusableDatabase, in_one_line, open_database, serialise_on
from flows.ledger.tables import HEAD, metadata

_MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = Table("ledger_revision", MetaData(), Column("version_num", String(32), primary_key=True))
"""The one row that Alembic keeps in each database, under a name of our own: Prefect's may be in the same one."""


def open_upgraded(url: str) -> Engine:
    """Return the engine for the ledger at `url`, whose tables are those of `tables`.

    A database without tables gets them; those of earlier versions are upgraded with what they hold. Raise
    UnusableDatabase if it does not answer, cannot be upgraded, or a later version of this program has upgraded it.
    """
    engine = open_database(url)
    try:
        if _revision(engine) != HEAD:
            _upgrade(engine)
    except DBAPIError as error:  # locked, read-only, or without the rights
        engine.dispose()
        raise UnusableDatabase(f"the ledger at {engine.url!r} cannot be upgraded: {in_one_line(error)}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def _revision(engine: Engine) -> str | None:
    """Return the revision of the database, without waiting for a writer; None if it has none."""
    try:
        with engine.execution_options(reads=True).begin() as connection:
            return connection.scalar(select(_REVISION.c.version_num))
    except DBAPIError:  # no such table: what else fails here fails again in the upgrade
        return None


def _upgrade(engine: Engine) -> None:
    """Upgrade the database in one transaction, after any other process that does so.

    One without a revision that has some of our tables was made before there were revisions.
    """
    with engine.begin() as connection:
        serialise_on(connection, "upgrade")
        there = set(inspect(connection).get_table_names())
        has_revision = _REVISION.name in there
        before = connection.scalar(select(_REVISION.c.version_num)) if has_revision else None
        if before == HEAD:
            return
        if has_revision or there & metadata.tables.keys():
            _migrate(connection, before)
        else:
            metadata.create_all(connection)
            _REVISION.create(connection)
            connection.execute(insert(_REVISION).values(version_num=HEAD))


def _migrate(connection: Connection, before: str | None) -> None:
    """Run the revisions that the database lacks. Raise UnusableDatabase if its own is none of ours."""
    # Imported here: it takes a tenth of a second, which only the first process after an update needs.
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection, "version_table": _REVISION.name})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise UnusableDatabase(
            f"the ledger at {connection.engine.url!r} was upgraded by a later version of nianbao (its revision is "
            f"{before}, this version knows {HEAD}): install that version, or set NIANBAO_LEDGER_URL to another ledger"
        )
    upgrade(config, "head")
