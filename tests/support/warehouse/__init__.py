"""Data roots, rows, and looks into what was published."""
