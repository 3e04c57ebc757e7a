"""What is known of each URL, portal, run and plan: one database beside the archive and the warehouse."""
