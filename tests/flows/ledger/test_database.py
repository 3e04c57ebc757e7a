"""A database that is of no use is told in one line, with what helps and without its password."""

from __future__ import annotations

import pytest

from flows.ledger.database import NoDatabase, open_database


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "NIANBAO_LEDGER_URL is no URL of a database .* give sqlite:///"),
        ("postgres://me@host/ledger", "the ledger cannot lie in postgres: give sqlite:///.* or postgresql"),
        ("mysql://me@host/ledger", "the ledger cannot lie in mysql"),
        ("postgresql+pg8000://me@host/ledger", r"driver pg8000 is missing: pip install 'nianbao\[postgres\]'"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/ledger", r"me:\*\*\*@127.0.0.1:1/ledger does not answer: "),
    ],
)
def test_a_database_of_no_use(url: str, reason: str) -> None:
    with pytest.raises(NoDatabase, match=reason) as raised:
        open_database(url)
    assert "secret" not in str(raised.value)
