"""Tools for web pages: the tree, links, the main content, attachments and pictures."""
