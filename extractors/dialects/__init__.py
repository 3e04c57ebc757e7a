"""One module for each family of content-management systems: where the rows of a list are, and how it pages."""
