"""Fixtures for all tests; they stand in `tests/support`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fixtures import county, crawled, demo, own_portal, place, portal
from tests.support.servers.postgres import postgres, postgres_url
from tests.support.servers.s3 import s3, s3_endpoint

__all__ = [
    "county",
    "crawled",
    "database_url",
    "demo",
    "own_portal",
    "place",
    "portal",
    "postgres",
    "postgres_url",
    "s3",
    "s3_endpoint",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy URL of an empty database of either kind."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}"
