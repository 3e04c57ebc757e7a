"""Rows of one table as a file for other programs: CSV, workbooks, Stata, JSON Lines, Parquet."""
