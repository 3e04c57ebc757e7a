"""The polite client: requests, redirects, robots.txt, rate limits, and what an answer really is."""
