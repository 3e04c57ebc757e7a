"""Tests of `transforms/local_tables`."""
