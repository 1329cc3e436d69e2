"""File sources: which files were delivered, and one reader for each file format.

Belongs here: turning one landed file into rows of text or native values, and saying what is wrong
with the file. Does not belong here: types and row rules (assets/raw/rules.py) or Dagster.
"""
