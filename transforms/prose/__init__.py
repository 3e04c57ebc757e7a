"""What the text states: title, facts, figures in sentences."""
