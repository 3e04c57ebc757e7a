"""What tests share: servers, portals, reports, processes, and looks into a warehouse."""
