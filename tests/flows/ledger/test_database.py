"""A database that cannot be used is reported in one line, with the remedy and without its password."""

from __future__ import annotations

import pytest

from flows.ledger.database import UnusableDatabase, open_database


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "NIANBAO_LEDGER_URL is not the URL of a database .* use sqlite:///"),
        ("postgres://me@host/ledger", "the ledger cannot be kept in postgres: use sqlite:///.* or postgresql"),
        ("mysql://me@host/ledger", "the ledger cannot be kept in mysql"),
        ("postgresql+pg8000://me@host/ledger", r"driver pg8000 is missing: pip install 'nianbao\[postgres\]'"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/ledger", r"me:\*\*\*@127.0.0.1:1/ledger does not answer: "),
    ],
)
def test_a_database_that_cannot_be_used(url: str, reason: str) -> None:
    with pytest.raises(UnusableDatabase, match=reason) as raised:
        open_database(url)
    assert "secret" not in str(raised.value)
