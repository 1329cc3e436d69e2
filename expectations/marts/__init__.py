"""Rules between marts and publish: one file for each area."""
