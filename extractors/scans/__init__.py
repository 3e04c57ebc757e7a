"""Tools for pictures of pages: straightening, the lattice of ruled tables, and character recognition."""
