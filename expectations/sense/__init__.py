"""Rules of staging across tables: who with what, and when. One file for each subject."""
