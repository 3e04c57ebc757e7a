"""拓尔思 TRS: static pages, and the search servers IGS and WAS (PORTALS §2.2)."""
