"""What is asked of places: their coverage, their series, how they compare, and what can be taken away."""
