"""What the whole program does: real files, kills, deployments, mixtures."""
