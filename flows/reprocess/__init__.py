"""The archive read again by today's parser: what to read, what changed, and publishing it."""
