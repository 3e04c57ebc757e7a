"""Commands with which people look at what was doubtful, and mend it."""
