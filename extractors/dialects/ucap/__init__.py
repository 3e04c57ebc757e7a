"""开普云 Ucap: its own lists, and the interfaces of its relatives (PORTALS §2.4)."""
