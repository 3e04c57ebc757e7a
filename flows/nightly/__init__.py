"""The nightly crawl: which portals are due, and the crawl of each."""
