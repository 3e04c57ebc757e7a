"""Checks that compare reports of the whole warehouse with each other: with other years, peers and departments."""
