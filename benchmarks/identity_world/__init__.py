"""Evaluation sets for identity resolution, with the truth: people, their records, traps, scoring.

Written without a look at the linking rules, so that the sets judge them from outside. Nothing of
`assets` is imported here, and nothing here is imported by the warehouse.
"""
