"""The charts: specifications that the browser draws, from frames."""
