"""Commands for those who read the warehouse."""
