"""A rendered report, changed as reality changes them: a room of tricks by kind, and what is right after each."""
