"""Clusters of buyers by what they do: how recent, how often, how much, for how long, and of what.

Belongs here: features, clusters, their names, and the match with last night's so that names stay.
Does not belong here: segments that follow rules (dbt: marts/segments).
"""
