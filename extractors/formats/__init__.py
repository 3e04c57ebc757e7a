"""One module a file kind; each turns bytes into one or more readings (documents), cheapest first."""
