"""One report as its page shows it: the official form filled in, findings beside their cells, prose with its figures."""
