"""A PostgreSQL server on loopback for one session of tests: Debian's, run by `postgres` if this user is root.

Tests skip if none is installed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

_PROGRAMS = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """SQLAlchemy URL of the server, without a database; skips with a reason where it is not installed."""
    versions = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not below pytest's own folder, into which another user may not look.
    folder = Path(tempfile.mkdtemp(prefix="nianbao-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = _free_port()
    programs = versions[-1].parent
    _run(
        folder,
        programs / "initdb",
        "--pgdata",
        folder / "data",
        "--auth",
        "trust",
        "--username",
        "nianbao",
        "--no-sync",
    )
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = (programs / "pg_ctl", "--pgdata", folder / "data", "--wait")
    _run(folder, *control, "--log", folder / "log", "--options", options, "start")
    try:
        yield f"postgresql+psycopg://nianbao@127.0.0.1:{port}"
    finally:
        _run(folder, *control, "--mode", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """SQLAlchemy URL of an empty database."""
    name = f"t{secrets.token_hex(8)}"
    with psycopg.connect(f"{postgres.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{postgres}/{name}"


def _run(folder: Path, *command: str | Path) -> None:
    """As `postgres` where this user is root, whom PostgreSQL refuses."""
    as_user = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    done = subprocess.run([*as_user, *map(str, command)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
