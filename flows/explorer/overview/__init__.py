"""What the overview asks: the country as a map of tiles, coverage by province and year, and the latest runs."""
