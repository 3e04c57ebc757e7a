"""Running text to the figures of a form."""
