"""EVIDENCE → ROWS. Pure functions that read only their own YAML; no network, no files of the user, no Parquet."""
