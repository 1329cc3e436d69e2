"""Rules between enrich and marts."""
