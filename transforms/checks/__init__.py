"""The checks that a report must pass, and the corrections that people have made."""
