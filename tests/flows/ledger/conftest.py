"""Fixtures of the ledger's tests; they stand in `tests/support`."""

from __future__ import annotations

from tests.support.warehouse.old_ledger import before, old_url

__all__ = ["before", "old_url"]
