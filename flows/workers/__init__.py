"""The processes and threads that the work runs in, with their limits."""
