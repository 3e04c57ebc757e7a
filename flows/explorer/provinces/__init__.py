"""The country as a map of tiles: which province has its tile where."""
