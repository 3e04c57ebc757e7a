"""Rows to Parquet, under a schema contract with readers. Knows tables, never portals or file formats."""
