"""Models that SQL alone cannot express: identity resolution now, value models later.

Belongs here: one folder per model, its pure code and one `defs.py` with its assets.
Does not belong here: rules that a table can hold (dbt seeds) and joins (dbt models).
"""
