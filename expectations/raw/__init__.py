"""Rules between raw and staging."""
