"""Content-addressed captures, their journal, and their export as WARC."""
