"""Try identity resolution on one's own CSV files: `make identity-eval` (docs/identity-eval.md).

Belongs here: reading the files and their mapping, the state between two nights, what is written.
Does not belong here: anything that decides who is who; the nightly engine is called as it is.
"""
