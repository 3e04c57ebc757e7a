"""Frozen copies of the warehouse, one sorted file a table."""
