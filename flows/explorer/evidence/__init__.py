"""The evidence: the document that a figure was read from, shown beside it and unable to act."""
