"""What is known of each URL, portal, run and plan: one database, next to the archive and the warehouse."""
