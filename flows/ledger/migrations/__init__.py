"""How a ledger that an earlier version made becomes today's, revision by revision; Alembic runs them."""
