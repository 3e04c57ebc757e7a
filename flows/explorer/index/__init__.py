"""The index: what pages ask of the whole warehouse, kept in DuckDB and refreshed by partition."""
