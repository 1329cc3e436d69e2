"""Try the customer value models on one's own order list: `make value-eval` (docs/value-eval.md).

Belongs here: reading the list, a passing instance for it, which part of the pipeline runs on it,
what is written. Does not belong here: anything that computes a value; landing, dbt models, identity
resolution and value models are called as the nightly run calls them.
"""
