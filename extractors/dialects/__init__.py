"""One module a family of content-management systems: where the list of a column is, and how it pages."""
