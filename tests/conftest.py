"""Fixtures for all tests, which stand in `tests/support`, and what holds for the whole run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.examples import register_profiles
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

register_profiles()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while tests are collected, nor later among what was imported: there is none."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Let all go as the process ends, of which DuckDB would complain otherwise."""
    gc.unfreeze()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy URL of an empty database of either kind."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}"
