"""Sheets of Excel files as a person sees them: what `formats.xlsx` is built of."""
