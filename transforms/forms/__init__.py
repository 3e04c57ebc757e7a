"""The official forms as data, one YAML file per edition: labels, printed values, sums."""
