"""The explorer: local web pages on a warehouse, and the desk on which people settle what the machine doubts."""
