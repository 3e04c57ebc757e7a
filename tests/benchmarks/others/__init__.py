"""Benchmarks without a row in the table of goals."""
