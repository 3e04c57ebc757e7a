"""Tools for PDF pages: the text layer, words, ruling lines, and the tables that they make."""
