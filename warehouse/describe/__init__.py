"""The warehouse described for other tools: DDL, data package, Croissant, dictionary."""
