"""Fixtures for tests of more than one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres_server import postgres, postgres_url
from tests.s3_server import s3, s3_endpoint

__all__ = ["database_url", "postgres", "postgres_url", "s3", "s3_endpoint"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy URL of an empty database of either kind."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}"
