"""What people decided: the data root's own lookups, read, checked and added to."""
