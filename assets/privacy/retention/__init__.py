"""What is past its limit, taken out of the landed files and pages (到期清除).

Belongs here: which records and values of a landed copy are too old by their contract, and the copy
without them. Does not belong here: loading (assets/raw/retention.py), and when it runs.
"""
