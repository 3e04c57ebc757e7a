"""Tools for Word and Excel files, and LibreOffice for their older formats."""
