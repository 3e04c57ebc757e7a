"""Past years: the plan of what is missing, and the run that carries it out."""
