"""Facts about the world as data: divisions, kinds of agencies, corrections; each with its source."""
