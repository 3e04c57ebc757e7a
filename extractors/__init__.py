"""BYTES → EVIDENCE. Knows the web and the file formats; knows nothing of what a report means."""
