"""The official forms as data, one YAML file an edition: labels, printed values, sums."""
