"""ROWS → PARQUET, and the promise to readers. Knows tables, never portals or file formats."""
