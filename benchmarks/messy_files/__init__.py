"""A corpus of messy CSV files, and what the real loader makes of it."""
