"""The offline builder of `jurisdictions.csv` and `division_names.csv`."""
