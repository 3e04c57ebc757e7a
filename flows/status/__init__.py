"""The state of each report and portal, for people."""
