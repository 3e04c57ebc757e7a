"""SQL over the warehouse, or any part of it."""
