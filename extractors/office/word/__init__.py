"""Trees of Word files as a person sees them: what `formats.docx` is built of."""
