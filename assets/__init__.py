"""What is built: one folder per Python stage of the flow (raw, warehouse, enrich, publish).

Belongs here: the work of a stage, pure where possible, and its `defs.py` for Dagster.
Does not belong here: schedules, jobs, settings (pipelines/), checks between stages (expectations/).
"""
