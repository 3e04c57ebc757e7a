"""The weekly upkeep of archive and warehouse."""
