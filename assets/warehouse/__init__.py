"""The dbt stages: staging, identity, core, marts, publish views.

Belongs here: how dbt runs inside a Dagster run. Does not belong here: SQL (dbt_project/) and
names of single models (their dbt meta says what Dagster shows).
"""
