"""Simulated portals, one a dialect, and counties that a test fills."""
