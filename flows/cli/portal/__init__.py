"""The commands `nianbao portal …`: the known portals, and what their websites show."""
