"""What a page holds inside its scripts and attributes: articles and whole files."""
