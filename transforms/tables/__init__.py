"""Grids and running text to the figures of a form."""
