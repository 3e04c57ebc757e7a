"""Folders and buckets as one store: read, write, conditional put, lock."""
