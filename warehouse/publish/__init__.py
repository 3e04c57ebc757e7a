"""Rows to partitions, whole or not at all."""
