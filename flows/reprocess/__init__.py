"""The archive through today's parser: what to read again, what changed, and publishing it."""
