"""大汉 Hanweb: four generations of lists (PORTALS §2.1)."""
