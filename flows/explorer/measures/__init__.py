"""The measures: what pages compare places by."""
