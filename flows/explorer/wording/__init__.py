"""The words of the explorer's pages in both languages, a YAML file for each page."""
