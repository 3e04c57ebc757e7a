"""What PDFium tells of a page: its characters, its objects, and how it is painted."""
