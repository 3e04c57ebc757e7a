"""The portals as data: one YAML file each under `<province>/`, and the bundled sample portal under `sample/`."""
