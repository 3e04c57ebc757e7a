"""Benchmarks: each prints its time as a ratio to a baseline that ran in the same process just before."""
