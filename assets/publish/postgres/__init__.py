"""The publication in PostgreSQL, for readers with roles and row rules.

Belongs here: who may read which table (access.yml), loading a publication, switching to it. Does
not belong here: what is published (dbt_project/models/publish), or reading any other database
(assets/raw/database).
"""
