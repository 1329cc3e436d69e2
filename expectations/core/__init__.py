"""Rules between core and enrich."""
