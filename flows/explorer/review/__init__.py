"""The review desk: the queue of findings, what was decided of them, and the runs that apply it."""
