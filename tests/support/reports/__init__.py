"""Reports made by code, in every kind of file."""
