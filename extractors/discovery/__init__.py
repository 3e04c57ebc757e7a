"""From a portal's list pages to the entries that they list; from a homepage to its list pages."""
