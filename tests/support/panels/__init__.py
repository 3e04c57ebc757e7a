"""A country of simulated bodies, consistent over years, and faults that are planted in it."""
