"""What benchmarks share: the goals, the ways to measure, a server of pages, rows."""
