"""Chapters of a report: headings, their wording and order, running text."""
