"""One document: its capture, its parts, and what a worker process reads in it."""
